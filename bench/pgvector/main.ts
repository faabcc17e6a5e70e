/**
 * npm run bench -- pgvector [RECORDS [DIMENSIONS]]: what Portage's store writes and reads of PostgreSQL with pgvector, on the server that
 * TEST_PGVECTOR_URL names or one from PyPI, against the same rows by other means in the same minutes. Client and server share this machine.
 */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import pg from "pg";
import { z } from "zod";
import { startPrograms } from "@/lib/db/testing-process";
import type { VectorRecord } from "@/lib/stores/contract";
import { openPgvectorSource, openPgvectorTarget } from "@/lib/stores/pgvector";
import { vectorLength, writeVector } from "@/lib/stores/pgvector/connection/vector-bytes";
import { settings } from "@/lib/stores/pgvector/settings";
import { wheelPrograms } from "@/scripts/pgvector/wheel";
import { copyBinary } from "./copy-binary";

const [count = 10_000, dimension = 1536] = process.argv.slice(2).map(Number);
const batchSize = 500;
const indexedRows = 2000;
/** Ten times as many must not take more memory. */
const memoryRows = [10_000, 100_000];
const schema = `portage_bench_${process.pid}`;
const say = (line: string) => process.stdout.write(`${line}\n`);

const named = process.env.TEST_PGVECTOR_URL ?? "";
const { url, stop } =
  named === "" ? await startPrograms(await wheelPrograms(say)) : { url: named, stop: async () => {} };
const client = new pg.Client({ connectionString: url });
await client.connect();
await client.query("CREATE EXTENSION IF NOT EXISTS vector");
await client.query(`CREATE SCHEMA ${schema}; SET search_path = ${schema}, public`);
const options = settings.parse({ address: url, schema, indexMemoryMb: 256 });
const target = openPgvectorTarget(options);
/** For rows that stand already, which it finds out with its first batch. */
const replacing = openPgvectorTarget(options);
const source = openPgvectorSource(options);

let state = 1;
const next = () => {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return Math.fround(state / 2 ** 31 - 1);
};
const record = (at: number): VectorRecord => ({
  id: `doc-${String(at).padStart(9, "0")}`,
  values: Array.from({ length: dimension }, next),
  metadata: { text: `Paragraph ${at} of a document. `.repeat(20), page: at % 100, source: "handbook.pdf" },
});

setFlagsFromString("--expose-gc");
/** So that nobody pays for what another left behind. */
const collectGarbage = z.custom<() => void>((made) => typeof made === "function").parse(runInNewContext("gc"));

type Way = { most: number; prepare(batch: VectorRecord[]): () => Promise<unknown> };

/** Rows a second of each way. They take turns batch by batch, so that what the server does meanwhile (checkpoints above all) meets all alike. */
async function rates(records: number, ways: readonly Way[]): Promise<number[]> {
  const spent = ways.map(() => ({ ms: 0, rows: 0 }));
  for (let start = 0; start < records; start += batchSize) {
    const batch = Array.from({ length: Math.min(batchSize, records - start) }, (_, at) => record(start + at));
    for (const [at, { most, prepare }] of ways.entries()) {
      const sum = spent[at];
      if (!sum || start >= most) continue;
      const work = prepare(batch);
      collectGarbage();
      const started = performance.now();
      await work();
      sum.ms += performance.now() - started;
      sum.rows += batch.length;
    }
  }
  return spent.map(({ ms, rows }) => rows / (ms / 1000));
}

const table = (name: string) =>
  client.query(
    `CREATE TABLE ${name} (namespace text COLLATE "C" NOT NULL DEFAULT '', id text COLLATE "C" NOT NULL, embedding vector(${dimension}) NOT NULL, metadata jsonb NOT NULL, PRIMARY KEY (namespace, id))`,
  );

async function multiRowText(batch: VectorRecord[]): Promise<void> {
  const rows = batch.map((_, at) => `($${4 * at + 1}, $${4 * at + 2}, $${4 * at + 3}, $${4 * at + 4})`);
  const values = batch.flatMap(({ id, values, metadata }) => [
    "",
    id,
    `[${values.join(",")}]`,
    JSON.stringify(metadata),
  ]);
  await client.query(
    `INSERT INTO texts VALUES ${rows.join(", ")} ON CONFLICT (namespace, id) DO UPDATE SET embedding = EXCLUDED.embedding, metadata = EXCLUDED.metadata`,
    values,
  );
}

function vectorBytes(values: number[]): Buffer {
  const bytes = Buffer.allocUnsafe(vectorLength(values.length));
  writeVector(bytes, 0, values);
  return bytes;
}

const copyRows = (batch: VectorRecord[]) =>
  batch.map(({ id, values, metadata }) => [
    Buffer.alloc(0),
    Buffer.from(id),
    vectorBytes(values),
    Buffer.from(`\x01${JSON.stringify(metadata)}`),
  ]);

async function stagedCopy(rows: Buffer[][]): Promise<void> {
  await client.query("BEGIN; CREATE TEMP TABLE stage (LIKE staged) ON COMMIT DROP");
  await copyBinary(client, "COPY stage FROM STDIN (FORMAT binary)", rows);
  await client.query(
    "INSERT INTO staged SELECT * FROM stage ON CONFLICT (namespace, id) DO UPDATE SET embedding = EXCLUDED.embedding, metadata = EXCLUDED.metadata",
  );
  await client.query("COMMIT");
}

const prepared = (rows: Buffer[][], work: (rows: Buffer[][]) => Promise<void>) => () => work(rows);

const figure = (name: string, value: number, against?: [string, number][]) =>
  say(
    `${name.padEnd(52)} ${Math.round(value).toLocaleString("en-US").padStart(8)} rows/s${(against ?? []).map(([of, base]) => `, ${(value / base).toFixed(2)} × ${of}`).join("")}`,
  );

try {
  for (const name of ["texts", "copied", "staged"]) await table(name);
  await target.ensureIndex({ name: "own", dimension, metric: "cosine" });
  const place = { index: "own", namespace: "" };
  // What the first statements of a session cost isn't counted.
  await target.upsert({ index: "own", namespace: "warm" }, [record(0)]);
  const few = Math.min(count, 2000);
  const copy = (rows: Buffer[][]) => copyBinary(client, "COPY copied FROM STDIN (FORMAT binary)", rows);
  const [texts = 0, copied = 0, staged = 0, own = 0, again = 0] = await rates(count, [
    { most: few, prepare: (batch) => () => multiRowText(batch) },
    { most: count, prepare: (batch) => prepared(copyRows(batch), copy) },
    { most: count, prepare: (batch) => prepared(copyRows(batch), stagedCopy) },
    { most: count, prepare: (batch) => () => target.upsert(place, batch) },
    { most: few, prepare: (batch) => () => replacing.upsert(place, batch) },
  ]);
  say(`${count.toLocaleString("en-US")} records of ${dimension} dimensions, ${batchSize} a batch, one session`);
  figure("INSERT of many rows, text parameters", texts);
  figure("bare COPY BINARY of prepared rows", copied, [["text", texts]]);
  figure("COPY BINARY into a temporary table, then upsert", staged, [
    ["text", texts],
    ["COPY", copied],
  ]);
  figure("Portage: new rows", own, [
    ["text", texts],
    ["COPY", copied],
  ]);
  figure("Portage: rows that stand, from arrays of bytes", again, [["COPY", copied]]);
  const four = await parallel(4);
  figure("the same by four workers", four, [["text", texts]]);

  for (const records of memoryRows)
    say(`memory while ${records.toLocaleString("en-US")} are written: ${mb(await memory(records))} at most`);

  const ids: string[] = [];
  let cursor: string | undefined;
  const listing = performance.now();
  do {
    const page = await source.listIds(place, cursor === undefined ? {} : { cursor });
    ids.push(...page.ids);
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
  figure("listing", ids.length / ((performance.now() - listing) / 1000));
  const binary = await reading(ids, (some) => source.fetchRecords(place, some));
  const text = await reading(ids.slice(0, few), async (some) => {
    const { rows } = await client.query<{ id: string; embedding: string; metadata: unknown }>(
      "SELECT id, embedding::text AS embedding, metadata FROM own WHERE namespace = '' AND id = ANY ($1)",
      [some],
    );
    return rows.map((row): unknown => ({ ...row, embedding: JSON.parse(row.embedding) }));
  });
  figure("reading vectors as text", text);
  figure("Portage: reading vectors as bytes", binary, [["text", text]]);
  const [into, after] = [await indexing("indexed", true), await indexing("loaded", false)];
  say(
    `${indexedRows.toLocaleString("en-US")} rows into a table with an HNSW index: ${into.toFixed(1)} s; loaded, then indexed: ${after.toFixed(1)} s, ${(into / after).toFixed(1)} × faster`,
  );
} finally {
  await client.query(`DROP SCHEMA ${schema} CASCADE`);
  await Promise.all([target.close(), replacing.close(), source.close(), client.end()]);
  await stop();
}

/** Seconds that loading takes with the index that is there, or loading and then building it. */
async function indexing(name: string, first: boolean): Promise<number> {
  const place = { index: name, namespace: "" };
  await target.ensureIndex({ name, dimension, metric: "cosine" });
  if (first) await target.finish?.({ index: name });
  let ms = 0;
  const timed = async (work: Promise<unknown>, started = performance.now()) => {
    await work;
    ms += performance.now() - started;
  };
  for (let start = 0; start < indexedRows; start += batchSize)
    await timed(
      target.upsert(
        place,
        Array.from({ length: batchSize }, (_, at) => record(start + at)),
      ),
    );
  if (!first) await timed(Promise.resolve(target.finish?.({ index: name })));
  return ms / 1000;
}

/** The most that this process has in memory, garbage put aside, while so many records are written. */
async function memory(records: number): Promise<number> {
  let highest = 0;
  for (let start = 0; start < records; start += batchSize) {
    const batch = Array.from({ length: batchSize }, (_, at) => record(start + at));
    await target.upsert({ index: "own", namespace: `memory-${records}` }, batch);
    collectGarbage();
    highest = Math.max(highest, process.memoryUsage().rss);
  }
  return highest;
}

async function parallel(workers: number): Promise<number> {
  const batches = Array.from({ length: 16 }, (_, group) =>
    Array.from({ length: batchSize }, (_each, at) => record(group * batchSize + at)),
  );
  const started = performance.now();
  const queue = [...batches.entries()];
  await Promise.all(
    Array.from({ length: workers }, async () => {
      for (let item = queue.shift(); item; item = queue.shift())
        await target.upsert({ index: "own", namespace: "workers" }, item[1]);
    }),
  );
  return (batches.length * batchSize) / ((performance.now() - started) / 1000);
}

async function reading(ids: string[], read: (some: string[]) => Promise<unknown>): Promise<number> {
  const started = performance.now();
  for (let start = 0; start < ids.length; start += batchSize) await read(ids.slice(start, start + batchSize));
  return ids.length / ((performance.now() - started) / 1000);
}

function mb(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)} MB`;
}
