import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { attempt } from "@/lib/actions/verbs/attempt";
import { startChroma } from "@/scripts/chroma/start-server";
import { storeKinds } from "../registry";
import { openChromaSource } from "./kind";
import { type ChromaSettings, settings } from "./settings";

const fixtures = path.join(import.meta.dirname, "../../formats/fixtures");
const say = (line: string) => process.stderr.write(`Portage: ${line}\n`);
const serverOn = (folder: string) => startChroma(say, folder);

const probe = await mkdtemp(path.join(tmpdir(), "portage-chroma-probe-"));
const missing = await serverOn(probe).then(
  async (server) => {
    await server.stop();
    return "";
  },
  (error: unknown) => (error instanceof Error ? error.message : String(error)),
);
await rm(probe, { recursive: true, force: true });
if (missing !== "") say(`skipping what needs a server of Chroma: ${missing}`);

/** Set by `npm test -- --no-skips`: what can't be tested counts as failed. */
it("has a real server of Chroma where tests may not be skipped", () => {
  expect(process.env.PORTAGE_TEST_NO_SKIPS === "1" ? missing : "").toBe("");
});

/** As Portage reads: a server of a busy machine now and then answers that a part of its own gave it no answer in time. */
const read = <T>(work: () => Promise<T>): Promise<T> => attempt("source", work);

/** Every collection of a server against those of a folder, record by record. Answers how many records there were. */
async function compared(given: ChromaSettings, place: { path: string; database: string }): Promise<number> {
  const served = openChromaSource(given);
  const folder = storeKinds.get("chroma-folder")?.openSource({ ...place, largeIntegers: "text" });
  if (!folder) throw new Error("There is no such kind");
  let records = 0;
  for await (const { name: index } of folder.collections()) {
    const within = { index, namespace: "" };
    const page = await folder.listIds(within);
    expect(await read(() => served.listIds(within))).toEqual(page);
    const { name, dimension, metric, vectors } = (await folder.inspect(index)) ?? {};
    expect(await read(() => served.inspect(index))).toMatchObject({ name, dimension, metric, vectors });
    const [one, other] = await Promise.all([
      read(() => served.fetchRecords(within, page.ids)),
      folder.fetchRecords(within, page.ids),
    ]);
    expect(one.unreadable).toEqual(other.unreadable);
    expect(one.records.map(({ id, metadata }) => ({ id, metadata }))).toEqual(
      other.records.map(({ id, metadata }) => ({ id, metadata })),
    );
    for (const [at, record] of one.records.entries())
      for (const [position, value] of record.values.entries())
        expect(Math.abs(value - (other.records[at]?.values[position] ?? Number.NaN))).toBeLessThanOrEqual(2.4e-7);
    records += page.ids.length;
  }
  await Promise.all([served.close(), folder.close()]);
  return records;
}

describe.runIf(missing === "")("a server reads what the kind for folders reads of its folder", () => {
  it.each([
    ["chroma-1.5", { default_database: 13 }],
    ["metrics-1.5", { default_database: 117, second: 1 }],
    ["metrics-0.4", { default_database: 117, second: 1 }],
  ] as const)("%s", async (name, databases) => {
    const folder = path.join(fixtures, name, "db");
    const copy = await mkdtemp(path.join(tmpdir(), "portage-chroma-same-"));
    await cp(folder, copy, { recursive: true });
    // The first start brings an older folder's tables up to date; that process may go on with statements of before, and then its
    // compaction manager panics (Chroma 1.5.9: ColumnNotFound("bool_value")) and never answers again. The second finds them as they are.
    await (await serverOn(copy)).stop();
    const server = await serverOn(copy);
    try {
      for (const [database, records] of Object.entries(databases)) {
        const given = settings.parse({ address: server.url, database, largeIntegers: "text" });
        expect(await compared(given, { path: folder, database })).toBe(records);
      }
    } finally {
      await server.stop();
      await rm(copy, { recursive: true, force: true });
    }
  });
});
