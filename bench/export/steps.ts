/** One step in a process of its own, so that memory is that step's alone: sends seconds and the most memory that it held. */
import { readFileSync } from "node:fs";
import { open } from "node:fs/promises";
import path from "node:path";
import { ExportFolder } from "@/lib/formats/export-folder/export-folder";
import { ExportWriter } from "@/lib/formats/export-folder/export-writer";
import { recordAt } from "./records";

const { BENCH_STEP = "", BENCH_FOLDER = "", BENCH_RECORDS = "0" } = process.env;
const records = Number(BENCH_RECORDS);
const batch = 100;
/** Batches on their way at a time, as the engine has them. */
const atOnce = 4;
const raw = path.join(BENCH_FOLDER, "raw");
const root = path.join(BENCH_FOLDER, "export");

let peak = 0;
/** Memory that no file stands behind, in MB: what LMDB maps is the system's to take back. */
function look(): void {
  const status = readFileSync("/proc/self/status", "utf8");
  peak = Math.max(peak, Number(/RssAnon:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024);
}

async function forBatches(work: (numbers: number[]) => Promise<unknown>): Promise<void> {
  let next = 0;
  const lane = async () => {
    while (next < records) {
      const start = next;
      next += batch;
      await work(Array.from({ length: Math.min(batch, records - start) }, (_, offset) => start + offset));
      look();
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
}

const floats = (number: number) => {
  const { values } = recordAt(number);
  return new Uint8Array(values?.buffer ?? new ArrayBuffer(0));
};

const openWriter = () =>
  ExportWriter.open(
    root,
    {
      source: { kind: "pinecone", account: "bench", index: "bench" },
      dimension: 1536,
      metric: "cosine",
      model: null,
    },
    { at: "2026-01-01T00:00:00.000Z", plan: null },
  );

const steps: Record<string, () => Promise<void>> = {
  async "raw-write"() {
    const file = await open(raw, "w");
    await forBatches((numbers) => file.write(Buffer.concat(numbers.map(floats))));
    await file.sync();
    await file.close();
  },
  async write() {
    const writer = await openWriter();
    await forBatches((numbers) => writer.write("", numbers.map(recordAt)));
    await writer.close();
  },
  async finish() {
    const writer = await openWriter();
    const sampling = setInterval(look, 20);
    await writer.finish();
    clearInterval(sampling);
  },
  async "raw-read"() {
    const file = await open(raw, "r");
    const piece = Buffer.alloc(1536 * 4 * batch);
    for (let at = 0; ; at += piece.length) if ((await file.read(piece, 0, piece.length, at)).bytesRead === 0) break;
    await file.close();
  },
  async read() {
    const folder = await ExportFolder.open(root);
    let seen = 0;
    for await (const record of folder.records("")) {
      if (record.values?.length !== 1536) throw new Error("A vector is missing.");
      if (++seen % 500 === 0) look();
    }
    if (seen !== records) throw new Error(`${seen} of ${records} records were read.`);
    await folder.close();
  },
  async fetch() {
    const folder = await ExportFolder.open(root);
    let ids: string[] = [];
    const ask = async () => {
      const { missing } = await folder.fetchRecords("", ids);
      if (missing.length > 0) throw new Error("Records are missing.");
      ids = [];
      look();
    };
    for await (const id of folder.ids("")) if (ids.push(id) === batch) await ask();
    await ask();
    await folder.close();
  },
};

const started = performance.now();
await steps[BENCH_STEP]?.();
look();
process.send?.({ seconds: (performance.now() - started) / 1000, peak });
process.disconnect();
