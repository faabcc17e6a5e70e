/**
 * Setting one field of many documents on a real Elasticsearch: against one update request after the other, and against a bare loop of
 * prepared bulk requests. Rounds alternate, each with an index of its own; medians count, because machines are noisy.
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { cp, mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { z } from "zod";
import { obtainServer } from "@/scripts/elasticsearch/obtain-server";
import type { Access } from "@/scripts/elasticsearch/obtained";
import { type Ask, bareClient } from "./ask";
import { bare, oneByOne, prepare } from "./bare";
import { idOf, makeIndex } from "./documents";

const [many = 200_000, rounds = 3] = process.argv.slice(2).map(Number);
const few = many / 10;
/** Documents that the simple tool's way is measured on: all of them would take minutes. */
const sample = 2000;
/** Documents of one bulk request, and requests under way: as Portage's engine has them. */
const batch = 1000;
const atOnce = 4;

const say = (text: string) => process.stdout.write(`${text}\n`);
const number = (value: number) => Math.round(value).toLocaleString("en-US");
const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

const tookSchema = z.object({
  planSeconds: z.number(),
  seconds: z.number(),
  checkedSeconds: z.number(),
  written: z.number(),
  idle: z.number(),
  planPeak: z.number(),
  peak: z.number(),
});

type Took = z.infer<typeof tookSchema>;

function forkPortage(environment: Record<string, string>) {
  return fork(path.join(import.meta.dirname, "portage.ts"), {
    execArgv: ["--import", "tsx"],
    env: { ...process.env, ...environment },
  });
}

/** A database that was made before: making it takes memory of which nothing is left at any later start. */
async function makeDatabase(dataDir: string): Promise<void> {
  const [code]: unknown[] = await once(forkPortage({ BENCH_DATA_DIR: dataDir }), "exit");
  if (code !== 0) throw new Error("Portage can't make its database");
}

async function portage(access: Access, database: string, index: string): Promise<Took> {
  const credentials: Record<string, string> =
    "apiKey" in access
      ? { BENCH_API_KEY: access.apiKey }
      : { BENCH_USERNAME: access.username, BENCH_PASSWORD: access.password };
  const dataDir = `${database}-${index}`;
  await cp(database, dataDir, { recursive: true });
  try {
    const child = forkPortage({
      ...credentials,
      BENCH_URL: access.url,
      BENCH_INDEX: index,
      BENCH_DATA_DIR: dataDir,
    });
    const ended = once(child, "exit").then(() => {
      throw new Error("Portage ended without a result");
    });
    const [message] = await Promise.race([once(child, "message"), ended]);
    await ended.catch(() => {});
    return tookSchema.parse(message);
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

let made = 0;
/** Works on a new index of so many documents, which goes afterwards. */
async function withIndex<T>(ask: Ask, documents: number, work: (index: string) => Promise<T>): Promise<T> {
  const index = `portage-bench-${process.pid}-${made++}`;
  await makeIndex(ask, index, documents);
  try {
    return await work(index);
  } finally {
    await ask("DELETE", `/${index}`);
  }
}

const memoryOf = ({ idle, planPeak, peak }: Took) =>
  `${idle.toFixed(0)} MB idle, ${planPeak.toFixed(0)} at most while planning, ${peak.toFixed(0)} in all`;

async function round(ask: Ask, access: Access, database: string) {
  const simple = await withIndex(ask, sample, (index) =>
    oneByOne(
      access,
      index,
      Array.from({ length: sample }, (_, at) => idOf(at)),
    ),
  );
  const bareSeconds = await withIndex(ask, many, async (index) => bare(ask, await prepare(ask, index, batch), atOnce));
  const small = await withIndex(ask, few, (index) => portage(access, database, index));
  const took = await withIndex(ask, many, (index) => portage(access, database, index));
  if (took.written !== many) throw new Error(`Portage wrote ${took.written} of ${many}`);
  const found = {
    simple: many / took.seconds / simple,
    bare: bareSeconds / took.seconds,
    checked: bareSeconds / took.checkedSeconds,
    planned: many / took.planSeconds,
    peak: took.peak,
    above: took.peak - took.idle,
    smallPeak: small.peak,
    smallAbove: small.peak - small.idle,
  };
  say(
    `  one by one ${number(simple)}/s, bare loop ${number(many / bareSeconds)}/s, Portage ${number(many / took.seconds)}/s ` +
      `(with counting and reading back ${number(many / took.checkedSeconds)}/s): ${found.simple.toFixed(0)} x, ${(found.bare * 100).toFixed(0)} %; ` +
      `planned ${number(found.planned)}/s\n    memory: ${number(few)} documents ${memoryOf(small)}; ${number(many)} documents ${memoryOf(took)}`,
  );
  return found;
}

const obtained = await obtainServer({ log: say, heapMb: 1024, measured: true });
if (!obtained.ok) throw new Error(`There is no Elasticsearch to measure: ${obtained.reason}`);
const { access } = obtained;
const { ask, close } = bareClient(access, atOnce);
const folder = await mkdtemp(path.join(os.tmpdir(), "portage-bench-"));
const database = path.join(folder, "database");
try {
  say(
    `${number(many)} documents of about 1,100 bytes in 20 namespaces, mixed; ${obtained.how}, one shard, on this machine`,
  );
  say("A round that isn't counted warms the server up");
  await withIndex(ask, many, async (index) => bare(ask, await prepare(ask, index, batch), atOnce));
  await makeDatabase(database);
  const found: Awaited<ReturnType<typeof round>>[] = [];
  for (let at = 0; at < rounds; at++) found.push(await round(ask, access, database));
  const of = (name: keyof (typeof found)[number]) => median(found.map((one) => one[name]));
  say(
    `Against one update after the other, on a sample of ${number(sample)}: ${of("simple").toFixed(0)} x (wanted: at least 20 x)`,
  );
  say(
    `Against the bare loop of the same batches at the same concurrency: ${(of("bare") * 100).toFixed(0)} % (wanted: at least 80 %); ` +
      `with counting and reading back at the end ${(of("checked") * 100).toFixed(0)} %`,
  );
  say(`Planning: ${number(of("planned"))} documents/s`);
  say(
    `Memory at most, of the whole process: ${of("smallPeak").toFixed(0)} MB for ${number(few)} documents, ${of("peak").toFixed(0)} MB for ${number(many)}: ` +
      `${(of("peak") / of("smallPeak")).toFixed(2)} times (wanted: at most 1.1); above idle ${of("smallAbove").toFixed(0)} and ${of("above").toFixed(0)} MB`,
  );
} finally {
  close();
  await rm(folder, { recursive: true, force: true });
  await obtained.stop();
}
