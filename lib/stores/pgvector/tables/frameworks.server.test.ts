import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { frameworksPython } from "@/scripts/pgvector/frameworks";
import type { VectorRecord } from "../../contract";
import { openPgvectorSource, openPgvectorTarget } from "../index";
import { hasPgvector, openTestSchema, type TestSchema } from "../testing";

const say = (line: string) => process.stderr.write(`Portage: ${line}\n`);
let missing = "";
/** With the frameworks' packages (docs/guides/pgvector.md, "Tests"); without it `layouts.server.test.ts` holds what their tables look like. */
const python = await (hasPgvector() ? frameworksPython(say) : Promise.resolve("")).catch((error: unknown) => {
  missing = error instanceof Error ? error.message : String(error);
  say(
    `skipping the tables that frameworks made themselves: ${missing}. PORTAGE_TEST_FRAMEWORKS_PYTHON may name a Python that has their packages.`,
  );
  return "";
});
/** Compiled once, for who has them again. */
const env = { ...process.env, PYTHONDONTWRITEBYTECODE: "" };
const script = path.join(import.meta.dirname, "../../../../scripts/pgvector/frameworks.py");
const foundSchema = z.record(z.string(), z.array(z.object({ id: z.string(), text: z.string() })));

const dimension = 8;
/** As the script embeds. */
const embedded = (text: string): number[] =>
  [...createHash("sha256").update(text).digest().subarray(0, dimension)].map((byte) => byte / 255 - 0.5);

/** Set by `npm test -- --no-skips`: what can't be tested counts as failed. */
it("has the frameworks' packages where tests may not be skipped", () => {
  expect(process.env.PORTAGE_TEST_NO_SKIPS === "1" ? missing : "").toBe("");
});

describe.runIf(python !== "")("tables that frameworks made themselves", () => {
  let schema: TestSchema;
  let address: string;
  beforeAll(async () => {
    schema = await openTestSchema();
    // vecs has a schema of its own, and so a database: its tables are nobody else's.
    const database = schema.name;
    await schema.sql(`CREATE DATABASE ${database}`);
    address = Object.assign(new URL(schema.url), { pathname: `/${database}` }).href;
    await ask("make");
  }, 120_000);
  afterAll(async () => {
    await schema.sql(`DROP DATABASE ${schema.name} WITH (FORCE)`);
    await schema.drop();
  });
  const ask = async (step: "make" | "search") => {
    const { stdout } = await promisify(execFile)(python, [script, address, step], { env });
    return foundSchema.parse(JSON.parse(stdout));
  };

  it("are read, written, and then searched by them with what was written", async () => {
    const collections = [
      ["LangChain PGVector", "handbook", "public", "new"],
      ["LangChain PGVectorStore", "handbook_v2", "public", "0b9d1f6e-7c7f-4b57-9d2e-0f8a3c5b1e2d"],
      ["LlamaIndex", "data_nodes", "public", "new"],
      ["vecs", "papers", "vecs", "new"],
    ] as const;
    for (const [, index, inSchema, id] of collections) {
      const settings = schema.settings({ address, schema: inSchema });
      const [source, target] = [openPgvectorSource(settings), openPgvectorTarget(settings)];
      const place = { index, namespace: "" };
      const { ids } = await source.listIds(place);
      const { records, unreadable } = await source.fetchRecords(place, ids);
      expect({ index, texts: records.map(({ metadata }) => metadata.text).toSorted(), unreadable }).toEqual({
        ...{ index, unreadable: [] },
        texts: ["alpha text", "beta text", "gamma text"],
      });
      const made: VectorRecord = { id, values: embedded("portage text"), metadata: { text: "portage text" } };
      const { rejected } = await target.upsert(place, [made, ...records]);
      expect(rejected).toEqual([]);
      await Promise.all([source.close(), target.close()]);
    }
    const found = await ask("search");
    for (const [name, , , id] of collections) expect(found[name]?.[0]).toEqual({ id, text: "portage text" });
  }, 120_000);
});
