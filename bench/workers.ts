/**
 * Several workers on one run: four against one, at latencies where one leaves the processor idle. On the PostgreSQL server in DATABASE_URL, whose
 * database has to be empty. `npm run bench -- workers [LATENCY_MS [RECORDS [NAMESPACES]]]`
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import { parseConfig } from "@/lib/config";
import { openDatabase } from "@/lib/db/open";
import { packageRoot } from "@/lib/package-root";
import { createRun } from "@/lib/runs/lifecycle/create-run";
import { settingsFor } from "@/lib/runs/lifecycle/settings";
import { Secret } from "@/lib/secret";
import { emptyTarget, indexes, startServices, unpaced } from "./services";

const [latency = 600, records = 12_000, namespaces = 12] = process.argv.slice(2).map(Number);
const url = process.env.DATABASE_URL ?? "";
const say = (text: string) => process.stdout.write(`${text}\n`);
if (url === "") {
  say("Set DATABASE_URL to an empty database: workers share one.");
  process.exit(2);
}

const folder = await mkdtemp(path.join(os.tmpdir(), "portage-bench-workers-"));
const services = await startServices({ records: 1, canned: true });
const database = await openDatabase({ url: new Secret(url), dataDir: folder });
const progressSchema = z.object({ state: z.string(), written: z.number() });

/** Seconds of processor that processes took. */
function computed(processes: readonly ChildProcess[]): number {
  const ticks = processes.map(({ pid }) => {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
    return Number(fields[11]) + Number(fields[12]);
  });
  return ticks.reduce((sum, one) => sum + one, 0) / 100;
}

async function measure(workers: number, round: number): Promise<number> {
  const target = await emptyTarget(services);
  const names = Array.from({ length: namespaces }, (_, at) => `shared-${round}-${workers}-${at}`);
  for (const namespace of names)
    await services.source.fill({ index: indexes.source, namespace, records: records / namespaces, textLength: 1000 });
  const environment = {
    ...services.environment,
    PORTAGE_MODE: "live",
    PINECONE_OLD_INDEX: indexes.source,
    PINECONE_NEW_INDEX: target,
    ...unpaced,
    DATABASE_URL: url,
    PORTAGE_SECRET_KEY: "0".repeat(64),
  };
  const processes = Array.from({ length: workers }, (_, at) =>
    spawn(process.execPath, [path.join(packageRoot, "bin", "portage.mjs"), "worker"], {
      stdio: ["ignore", "ignore", "inherit"],
      env: { ...process.env, ...environment, PORTAGE_DATA_DIR: path.join(folder, `${round}-${workers}-${at}`) },
    }),
  );
  try {
    await delay(8000);
    const config = parseConfig([{ origin: "environment", values: environment }], folder);
    const before = computed(processes);
    const started = performance.now();
    const settings = settingsFor({ config }, { sample: 0 });
    const made = { kind: "reembed", namespaces: names, expected: new Map(), settings, startedBy: "bench" } as const;
    const { runId } = await createRun(database, made);
    for (;;) {
      const [row] = await database.rows(
        progressSchema,
        `SELECT r."state", sum(s."written")::int AS written FROM "Run" r JOIN "Segment" s ON s."runId" = r."id" WHERE r."id" = $1 GROUP BY r."id"`,
        [runId],
      );
      if (row?.state === "failed") throw new Error("The run failed.");
      if (row?.written === records) break;
      await delay(20);
    }
    const seconds = (performance.now() - started) / 1000;
    const busy = (computed(processes) - before) / seconds;
    say(
      `  ${workers} ${workers === 1 ? "worker" : "workers"}: ${Math.round(records / seconds)} records/s, ${(busy / workers).toFixed(2)} of a core each`,
    );
    return seconds;
  } finally {
    for (const process of processes) {
      const ended = once(process, "exit");
      process.kill("SIGTERM");
      await ended;
    }
  }
}

await services.latency(latency);
say(
  `${records} records in ${namespaces} namespaces, ${latency} ms a call, ${os.availableParallelism()} processors for all:`,
);
const ratios: number[] = [];
for (const round of [1, 2, 3]) {
  const one = await measure(1, round);
  ratios.push(one / (await measure(4, round)));
  say(`  four against one: ${ratios.at(-1)?.toFixed(2)} x`);
}
await services.latency(0);
await database.close();
await services.close();
await rm(folder, { recursive: true, force: true });
process.exit(0);
