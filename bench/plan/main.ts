/**
 * The analysis of a mirroring: speed against a bare client that only lists and fetches the same pages with the same concurrency, memory
 * at two sizes, and the queries of the review page on a plan of many updates.
 */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { z } from "zod";
import { bare } from "./bare";
import { review } from "./review";
import { measureSweeping } from "./sweeping";

/** How many records, of how many dimensions, against how many; a fetch's answer holds all floats, whoever needs them. */
const [many = 1_000_000, dimension = 1536, few = 100_000] = process.argv.slice(2).map(Number);
/** Requests under way: as many as the engine has for one namespace. */
const concurrency = 16;

const say = (text: string) => process.stdout.write(`${text}\n`);
const number = (value: number) => Math.round(value).toLocaleString("en-US");
const planned = z.object({
  seconds: z.number(),
  idle: z.number(),
  peak: z.number(),
  plan: z.object({ state: z.string(), changes: z.number(), orphans: z.number(), unchanged: z.number() }),
});

function start(file: string, environment: Record<string, string>): ChildProcess {
  return fork(path.join(import.meta.dirname, file), {
    execArgv: ["--import", "tsx"],
    env: { ...process.env, ...environment },
  });
}

async function messageOf<T>(child: ChildProcess, schema: z.ZodType<T>): Promise<T> {
  const [message] = await once(child, "message");
  return schema.parse(message);
}

async function measure(records: number) {
  const sides = start("sides.ts", { BENCH_RECORDS: String(records), BENCH_DIMENSION: String(dimension) });
  const url = await messageOf(sides, z.string());
  const bareSeconds = await bare(url, concurrency, "json");
  const portage = start("portage.ts", { BENCH_URL: url });
  const took = await messageOf(portage, planned);
  await once(portage, "exit");
  const bytesSeconds = await bare(url, concurrency, "bytes");
  sides.disconnect();
  const share = (seconds: number) => `${((seconds / took.seconds) * 100).toFixed(0)} %`;
  say(
    `${number(records)} against ${number(records)} of ${dimension} dimensions: Portage ${number(records / took.seconds)} records/s; ` +
      `a bare client ${number(records / bareSeconds)}: ${share(bareSeconds)} (wanted: at least 70 %); ` +
      `one that doesn't read the JSON ${number(records / bytesSeconds)}: ${share(bytesSeconds)}`,
  );
  say(
    `  found ${number(took.plan.changes)} changes, ${number(took.plan.orphans)} orphans, ${number(took.plan.unchanged)} unchanged (${took.plan.state}); ` +
      `memory ${took.idle.toFixed(0)} MB idle, ${took.peak.toFixed(0)} MB at most: ${(took.peak - took.idle).toFixed(0)} MB above`,
  );
  return took;
}

await measureSweeping(say, (file, environment) => start(file, environment));
const small = await measure(few);
const large = await measure(many);
say(`Memory at most: ${(large.peak / small.peak).toFixed(2)} times that of the small one (wanted: at most 1.1)`);

const { fillSeconds, answers, whole } = await review(many, 40);
say(`\nThe review page's queries on a plan of ${number(many)} updates (made in ${fillSeconds.toFixed(0)} s):`);
const at = (values: readonly number[], share: number) =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? Number.NaN;
const tell = (name: string, values: readonly number[]) =>
  say(`  ${name}: ${at(values, 0.5).toFixed(1)} ms, p95 ${at(values, 0.95).toFixed(1)} ms`);
for (const [name, values] of Object.entries(answers)) tell(name, values);
const slowest = Math.max(...Object.values(answers).map((values) => at(values, 0.95)));
say(
  `  all of them: p95 ${at(Object.values(answers).flat(), 0.95).toFixed(1)} ms (wanted: below 100), the slowest kind's p95 ${slowest.toFixed(1)} ms`,
);
say("What goes on behind the rows, and what is pressed once:");
for (const [name, values] of Object.entries(whole)) tell(name, values);
process.exit(0);
