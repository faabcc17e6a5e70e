/**
 * An export folder: writing (batches into the pending store, then finished files) and reading, against writing and reading the same floats
 * as one plain file; memory at two sizes.
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { z } from "zod";
import { engineHeap } from "../engine-heap";

const [many = 100_000, few = 20_000] = process.argv.slice(2).map(Number);
const say = (text: string) => process.stdout.write(`${text}\n`);
const number = (value: number) => Math.round(value).toLocaleString("en-US");
const tookSchema = z.object({ seconds: z.number(), peak: z.number() });

async function step(name: string, folder: string, records: number) {
  const child = fork(path.join(import.meta.dirname, "steps.ts"), {
    execArgv: ["--import", "tsx", engineHeap],
    env: { ...process.env, BENCH_STEP: name, BENCH_FOLDER: folder, BENCH_RECORDS: String(records) },
  });
  const [message] = await once(child, "message");
  await once(child, "exit");
  return tookSchema.parse(message);
}

async function measure(records: number) {
  const folder = await mkdtemp(path.join(os.tmpdir(), "portage-bench-export-"));
  try {
    const rawWrite = await step("raw-write", folder, records);
    const write = await step("write", folder, records);
    const finish = await step("finish", folder, records);
    const rawRead = await step("raw-read", folder, records);
    const read = await step("read", folder, records);
    const fetched = await step("fetch", folder, records);
    const whole = write.seconds + finish.seconds;
    say(`${number(records)} records of 1,536 dimensions, and 1.2 kB of metadata each:`);
    say(
      `  written: ${number(records / whole)} records/s (batches ${number(records / write.seconds)}, files ${number(records / finish.seconds)}); the floats alone as one file ${number(records / rawWrite.seconds)}: ${((rawWrite.seconds / whole) * 100).toFixed(0)} %`,
    );
    say(
      `  read: ${number(records / read.seconds)} records/s, digests compared; the floats alone ${number(records / rawRead.seconds)}: ${((rawRead.seconds / read.seconds) * 100).toFixed(0)} %; listed and fetched by ID, 100 at a time: ${number(records / fetched.seconds)}`,
    );
    say(
      `  memory at most: writing ${write.peak.toFixed(0)} MB, finishing ${finish.peak.toFixed(0)} MB, reading ${read.peak.toFixed(0)} MB, fetching ${fetched.peak.toFixed(0)} MB`,
    );
    return {
      whole: records / whole,
      read: records / read.seconds,
      peaks: [write, finish, read, fetched].map(({ peak }) => peak),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const small = await measure(few);
const large = await measure(many);
const mostGrowth = 1.2;
const growths = large.peaks.map((peak, at) => peak / (small.peaks[at] ?? peak));
const growth = Math.max(...growths);
const each = ["writing", "finishing", "reading", "fetching"].map((step, at) => `${step} ${growths[at]?.toFixed(2)}`);
say(
  `Wanted: at least 5,000 records/s written and read (${large.whole >= 5000 && large.read >= 5000 ? "held" : "missed"}), and flat memory: ${each.join(", ")} times that of the small one (wanted: ${mostGrowth} at most, ${growth <= mostGrowth ? "held" : "missed"})`,
);
