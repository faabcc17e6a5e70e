/**
 * The analysis of a mirroring: speed against a bare client that only lists and fetches the same pages with the same concurrency, memory
 * at two sizes, and the queries of the review page on a plan of many updates.
 */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { z } from "zod";
import { bare } from "./bare";
import { type Reviewed, review } from "./review";
import { measureSweeping } from "./sweeping";

/**
 * `npm run bench -- plan [PART] [NUMBER...]`; left out: all parts. `namespaces [COUNT [RECORDS]]` and `one [RECORDS [DIMENSIONS [LATENCY]]]`: by questions
 * against fetching. `records [MANY [DIMENSIONS [FEW]]]`: against a bare client, and memory. `review [UPDATES]`: a plan's pages.
 */
const [first = "", ...rest] = process.argv.slice(2);
const part = /^[a-z]+$/.test(first) ? first : "all";
const numbers = (part === "all" ? process.argv.slice(2) : rest).map(Number);
const parts = ["all", "namespaces", "one", "records", "review"];
if (!parts.includes(part)) throw new Error(`There is no part ${part}: ${parts.join(", ")}`);
const does = (name: string) => part === "all" || part === name;
/** How many records, of how many dimensions, against how many; a fetch's answer holds all floats, whoever needs them. */
const [many = 1_000_000, dimension = 1536, few = 100_000] = part === "all" || part === "records" ? numbers : [];
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

if (does("namespaces")) {
  const [namespaces = 2000, records = 500] = part === "all" ? [] : numbers;
  // Fetching is measured on a tenth of them: per record it is the same.
  const fetched = Math.max(10, Math.round(namespaces / 10));
  await measureSweeping(say, start, { records, namespaces, fetched, dimension: 3072, latencyMs: 50, rounds: 1 });
}
if (does("one")) {
  const [records = 20_000, dimensions = 3072, latencyMs = 50, rounds = 2] = part === "all" ? [] : numbers;
  await measureSweeping(say, start, { records, namespaces: 1, fetched: 1, dimension: dimensions, latencyMs, rounds });
}
if (does("records")) {
  const small = await measure(few);
  const large = await measure(many);
  say(`Memory at most: ${(large.peak / small.peak).toFixed(2)} times that of the small one (wanted: at most 1.1)`);
}
if (does("review")) {
  const [updates = many] = part === "review" ? numbers : [];
  tellReview(updates, await review(updates, 40));
}
process.exit(0);

function tellReview(updates: number, { fillSeconds, answers, whole }: Reviewed): void {
  say(`\nThe review page's queries on a plan of ${number(updates)} updates (made in ${fillSeconds.toFixed(0)} s):`);
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
}
