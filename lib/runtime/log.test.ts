import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { parseConfig } from "@/lib/config";
import { Secret } from "@/lib/secret";
import { openLog, secretsOf } from "./log";

let dataDir = "";
beforeEach(() => {
  dataDir = mkdtempSync(path.join(os.tmpdir(), "portage-log-"));
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(dataDir, { recursive: true, force: true });
});
const written = () => readFileSync(path.join(dataDir, "portage.log"), "utf8");

describe("the log", () => {
  it("keeps no secret, whichever way it comes in", () => {
    const key = 'pcsk_"quoted\\and-long';
    const secret = new Secret(key);
    const log = openLog({ dataDir, secrets: [secret], show: "none" });
    log.info({ secret, nested: { list: [secret] } }, "as a value");
    log.warn({ url: `https://host/?key=${key}` }, `in a message: ${key}`);
    const cause = new Error(`refused ${key}`);
    log.error({ error: new Error(`outer ${key}`, { cause }) }, "in an error");
    expect(written()).not.toContain("pcsk_");
    expect(written()).not.toContain("and-long");
    expect(written().match(/\[secret\]/g)?.length).toBeGreaterThanOrEqual(5);
    expect(written()).toContain("in an error");
  });

  it("says what ails a folder in which it can't be kept", () => {
    mkdirSync(path.join(dataDir, "portage.log"));
    expect(() => openLog({ dataDir, secrets: [], show: "none" })).toThrow(
      expect.objectContaining({ code: "data-directory-unusable" }),
    );
  });

  it("knows every secret of the configuration", () => {
    const values = {
      PINECONE_API_KEY: "pinecone-key-1",
      PINECONE_TARGET_API_KEY: "pinecone-key-2",
      GOOGLE_AI_API_KEY: "google-key",
      DATABASE_URL: "postgresql://u:password@h/d",
      REDIS_URL: "redis://:redis@h",
      PORTAGE_WEBHOOK_SECRET: "a-webhook-secret-of-its-own",
      PORTAGE_SECRET_KEY: "ab".repeat(32),
      PORTAGE_SECRET_KEY_OLD: "cd".repeat(32),
      PORTAGE_SWITCH_HOOK: "/opt/app/switched --token=hook-secret",
      PORTAGE_SWITCH_WEBHOOK: "https://app.example.org/switched?key=hook-key",
      PORTAGE_TOKEN: `portage_${"t".repeat(43)}`,
      PORTAGE_OIDC_CLIENT_SECRET: "oidc-client-secret",
      ELASTICSEARCH_API_KEY: "elastic-key",
      ELASTICSEARCH_PASSWORD: "elastic-password",
      OPENAI_API_KEY: "openai-key",
      CHROMA_TOKEN: "chroma-token",
      PGVECTOR_URL: "postgresql://u:vector-password@h/d",
    };
    const on = {
      PORTAGE_LOGIN: "on",
      PORTAGE_OIDC_ISSUER: "https://login.example.org",
      PORTAGE_OIDC_CLIENT_ID: "portage",
    };
    const config = parseConfig([{ origin: "environment", values: { ...values, ...on } }], dataDir);
    const revealed = secretsOf(config).map((secret) => secret.reveal());
    expect(revealed.sort()).toEqual(Object.values(values).sort());
    expect(
      config.settings
        .filter(({ secret }) => secret)
        .map(({ key }) => key)
        .sort(),
    ).toEqual(Object.keys(values).sort());
  });

  it("shows short lines of what matters", () => {
    const shown: string[] = [];
    vi.spyOn(process.stderr, "write").mockImplementation((line) => shown.push(String(line)) > 0);
    const log = openLog({ dataDir, secrets: [], show: "warnings" });
    log.info({}, "nothing special");
    log.warn({ detail: 1 }, "look here");
    log.error({ error: new Error("why") }, "it failed");
    expect(shown.map((line) => line.slice(9))).toEqual(["warning: look here\n", "error: it failed\n"]);
    expect(written()).toContain("nothing special");
  });
});
