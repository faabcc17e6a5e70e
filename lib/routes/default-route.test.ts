import { expect, test } from "vitest";
import { parseConfig } from "@/lib/config";
import { openTestDatabase } from "@/lib/db/testing";
import { listConnections, readConnection } from "./connections";

const given = {
  OPENAI_BASE_URL: "http://127.0.0.1:11434/v1",
  OPENAI_EMBEDDING_MODEL: "nomic-embed-text",
  OPENAI_OUTPUT_DIMENSIONS: "768",
  CHROMA_URL: "http://127.0.0.1:8000",
  CHROMA_TOKEN: "chroma-token-1234",
  PGVECTOR_URL: "postgresql://ann:secret-word@127.0.0.1:5432/app",
};
const configOf = (values: Record<string, string>) => parseConfig([{ origin: "environment", values }], process.cwd());

test("what the environment sets is a connection of its kind's name, and nothing else is", async () => {
  const database = await openTestDatabase();
  const parts = { database, config: configOf({ ...given, PORTAGE_MODE: "live" }) };
  const all = await listConnections(parts);
  expect(all.map(({ name, fixed }) => [name, fixed])).toEqual(
    ["source", "target", "gemini", "openai", "chroma", "pgvector"].map((name) => [name, true]),
  );
  expect(JSON.stringify(all)).not.toMatch(/chroma-token|secret-word/);
  expect(await readConnection(parts, "openai")).toMatchObject({
    kind: "openai",
    settings: { baseUrl: given.OPENAI_BASE_URL, model: "nomic-embed-text", dimension: 768 },
  });
  expect(await readConnection(parts, "pgvector")).toMatchObject({ settings: { address: given.PGVECTOR_URL } });
  const none = await listConnections({ database, config: configOf({ PORTAGE_MODE: "live" }) });
  expect(none.map(({ name }) => name)).toEqual(["source", "target", "gemini"]);
  await database.close();
});

test("in the sandbox they lead to this machine or nowhere", async () => {
  const database = await openTestDatabase();
  const of = (values: Record<string, string>) => ({
    database,
    config: configOf({ ...values, PORTAGE_MODE: "sandbox" }),
  });
  expect(await readConnection(of(given), "chroma")).toMatchObject({ settings: { address: given.CHROMA_URL } });
  await expect(readConnection(of({ OPENAI_API_KEY: "sk-1" }), "openai")).rejects.toMatchObject({
    code: "sandbox-only",
  });
  await database.close();
});
