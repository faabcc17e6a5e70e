/**
 * The gate over generated sides of 1,536 dimensions: exact search against a bare loop over the same 32-bit floats, the whole gate, and its memory at
 * two sizes. `npm run bench -- gate [RECORDS [FEWER]]`
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { z } from "zod";

const [many = 100_000, few = 10_000] = process.argv.slice(2).map(Number);
const say = (text: string) => process.stdout.write(`${text}\n`);
const number = (value: number) => Math.round(value).toLocaleString("en-US");
const tookSchema = z.object({
  seconds: z.number(),
  /** Multiplications a second, in thousands of millions. */
  rate: z.number().optional(),
  /** MB above what the process had before. */
  peak: z.number(),
  verdict: z.string().optional(),
  /** MB that were in use at most: without garbage. */
  inUse: z.number().default(0),
});

async function step(name: string, records: number) {
  const child = fork(path.join(import.meta.dirname, "steps.ts"), {
    execArgv: ["--import", "tsx", "--expose-gc"],
    env: { ...process.env, BENCH_STEP: name, BENCH_RECORDS: String(records) },
  });
  const [message] = await once(child, "message");
  await once(child, "exit");
  return tookSchema.parse(message);
}

const sample = Math.min(many, 20_000);
const rounds = [];
for (let round = 0; round < 3; round++)
  rounds.push([await step("bare", sample), await step("search", sample)] as const);
const ratios = rounds.map(([bare, search]) => (search.rate ?? 0) / (bare.rate ?? 1)).sort((a, b) => a - b);
const [, [bare, search] = [tookSchema.parse({ seconds: 0, peak: 0 }), tookSchema.parse({ seconds: 0, peak: 0 })]] =
  rounds;
say(`200 questions against ${number(sample)} records of 1,536 numbers, kept 10 each:`);
say(
  `  exact search ${(search.rate ?? 0).toFixed(2)}, a bare loop ${(bare.rate ?? 0).toFixed(2)} thousand million products/s`,
);
say(`  ${ratios.map((ratio) => `${(ratio * 100).toFixed(0)} %`).join(", ")} of the bare loop (wanted 70 %)`);
const small = await step("gate", few);
const large = await step("gate", many);
say(`The whole gate, 200 questions, both sides, their records made as they are read:`);
for (const [records, { seconds, peak, verdict, inUse }] of [
  [few, small],
  [many, large],
] as const)
  say(
    `  ${number(records)} records: ${verdict}, ${seconds.toFixed(1)} s, ${inUse.toFixed(1)} MB in use, the process at most ${number(peak)} MB above the start`,
  );
say(`  in use ${(large.inUse / small.inUse).toFixed(2)} x for ${number(many / few)} x the records (wanted 1)`);
