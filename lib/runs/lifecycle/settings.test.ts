import { expect, test } from "vitest";
import { parseConfig } from "@/lib/config";
import { defaultRouteNow } from "@/lib/routes/route-now";
import { hashSettings, settingsFor } from "./settings";

test("what a run is stored with holds none of the secrets that it works under", () => {
  const secrets = {
    PINECONE_API_KEY: "pcsk_first_0123456789",
    PINECONE_TARGET_API_KEY: "pcsk_second_0123456789",
    GOOGLE_AI_API_KEY: "google_0123456789",
    DATABASE_URL: "postgresql://user:swordfish@host/name",
    ELASTICSEARCH_API_KEY: "elastic_0123456789",
    ELASTICSEARCH_PASSWORD: "password_0123456789",
  };
  const config = parseConfig([{ origin: "environment", values: secrets }], "/");
  const stored = JSON.stringify(settingsFor({ config }));
  expect(stored).toContain(config.pinecone.source.index);
  for (const secret of Object.values(secrets)) expect(stored).not.toContain(secret);
});

test("a copy that was interrupted is found again before its source was asked for the dimension", () => {
  const config = parseConfig([], "/");
  const route = { ...defaultRouteNow(config), name: "copy", embedder: null };
  const { index } = route.source;
  const unasked = hashSettings("reembed", ["n"], settingsFor({ config, route }));
  const asked = settingsFor({ config, route }, {}, { source: { index, dimension: 8 }, target: null });
  expect(hashSettings("reembed", ["n"], asked)).toBe(unasked);
  expect(hashSettings("reembed", ["m"], asked)).not.toBe(unasked);
});
