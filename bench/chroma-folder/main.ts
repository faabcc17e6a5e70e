/**
 * Reading a folder of Chroma, made by its own server, against a bare pass over the same SQLite rows and floats, and memory at two sizes.
 * `npm run bench -- chroma-folder [RECORDS [FEWER [FOLDER [ROUNDS]]]]`; a FOLDER is kept and found again, since filling takes longest.
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { z } from "zod";
import { engineHeap } from "../engine-heap";
import { dimension, fill } from "./fill";

const [manyWord = "100000", fewWord = "10000", kept, roundsWord = "3"] = process.argv.slice(2);
const [many, few, rounds] = [Number(manyWord), Number(fewWord), Number(roundsWord)];
const home = kept ?? mkdtempSync(path.join(os.tmpdir(), "portage-bench-"));
const say = (text: string) => process.stdout.write(`${text}\n`);
const number = (value: number) => Math.round(value).toLocaleString("en-US");
const tookSchema = z.object({ records: z.number(), seconds: z.number(), computing: z.number(), peak: z.number() });

/** By the clock, and by the time that the process computed, which others on the machine don't lengthen as much. */
const pace = ({ records, seconds, computing }: z.infer<typeof tookSchema>) =>
  `${number(records / seconds)} records/s, ${number(records / computing)} a second of computing`;

const mostGrowth = 1.1;

async function step(way: string, records: number) {
  const child = fork(path.join(import.meta.dirname, "steps.ts"), [way, folderOf(records)], {
    execArgv: ["--import", "tsx", engineHeap],
  });
  const [message] = await Promise.race([
    once(child, "message"),
    once(child, "exit").then(() => Promise.reject(new Error(`${way} of ${records} records failed`))),
  ]);
  await once(child, "exit");
  const took = tookSchema.parse(message);
  if (took.records !== records) throw new Error(`${way}: ${took.records} of ${records} records were read.`);
  return took;
}

function folderOf(records: number): string {
  const folder = path.join(home, String(records));
  mkdirSync(folder, { recursive: true });
  return folder;
}

try {
  for (const records of [few, many]) await fill(folderOf(records), records);
  say(
    `${number(many)} records of ${dimension} numbers, a text and four keys; ${rounds} rounds, the ways taking turns:`,
  );
  const peaks = { few: 0, many: 0 };
  for (let round = 0; round < rounds; round++) {
    const bare = await step("bare", many);
    say(`  bare pass over rows and floats: ${pace(bare)}`);
    for (const [words, way] of [
      ["IDs, then whole records", "records"],
      ["IDs, then heads without vectors", "heads"],
    ] as const) {
      const took = await step(way, many);
      if (way === "records") peaks.many = Math.max(peaks.many, took.peak);
      const share = (bare.computing / took.computing).toFixed(2);
      say(`  Portage, ${words}: ${pace(took)}; ${share} of the bare pass`);
    }
    peaks.few = Math.max(peaks.few, (await step("records", few)).peak);
  }
  const growth = peaks.many / peaks.few;
  say(
    `Memory of the whole process at most: ${number(peaks.few)} MB for ${number(few)} records, ${number(peaks.many)} MB for ${number(many)}: ${growth.toFixed(2)} times (wanted: ${mostGrowth}, ${growth <= mostGrowth ? "held" : "missed"})`,
  );
} finally {
  if (kept === undefined) rmSync(home, { recursive: true, force: true });
}
