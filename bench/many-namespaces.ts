/**
 * A hundred thousand namespaces on both sides: what is shown while they are first counted, how long that takes, what reads cost afterwards, and what
 * memory the server has. `--namespaces N` for another size: 1,000 is the baseline.
 */
import type { ChildProcess } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";
import { z } from "zod";
import { idle } from "./history/process";
import { table } from "./history/reads";
import { freePort } from "./review/browser";
import { serve, stop } from "./serve";
import { indexes, startServices, unpaced } from "./services";

const { values } = parseArgs({
  options: {
    namespaces: { type: "string", default: "100000" },
    rounds: { type: "string", default: "20" },
  },
});
const namespaces = Number(values.namespaces);
const source = "bench-many-source";
const say = (text: string) => process.stdout.write(`${text}\n`);
const seconds = (from: number) => `${((performance.now() - from) / 1000).toFixed(2)} s`;

const reads = [
  "/api/v1/overview",
  "/api/v1/namespaces/browse?limit=50",
  "/api/v1/namespaces/browse?limit=50&search=77",
  "/api/v1/namespaces/browse?limit=50&sort=difference&direction=descending",
  `/api/v1/namespaces/browse?limit=50&sort=source&offset=${namespaces - 100}`,
  "/api/v1/namespaces/browse?limit=50&only=left",
  "/api/v1/fleet?limit=50",
  "/api/v1/fleet?limit=50&search=77",
  "/api/v1/fleet?limit=50&sort=out-of-sync&direction=descending",
  `/api/v1/fleet?limit=50&sort=name&offset=${namespaces - 100}`,
  "/",
  "/namespaces",
  "/fleet",
  "/migrate",
  "/mirror",
  "/move",
  "/gate",
  "/search",
  "/runs",
  "/attention",
  "/api/v1/attention?limit=50",
];

const runSchema = z.object({ id: z.string(), state: z.string(), outcome: z.object({ written: z.number() }) });

const namesSchema = z.object({ rows: z.array(z.object({ name: z.string() })) });

/** A run over namespaces that the target lacks, until it is cancelled. */
async function startRun(origin: string) {
  const ask = async (path: string, body?: object) => {
    const answer = await fetch(`${origin}/api/v1${path}`, {
      method: body ? "POST" : "GET",
      ...(body && { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(await answer.text());
    return answer.json();
  };
  const names: string[] = [];
  for (let offset = 0; offset < 2000; offset += 200) {
    const page = namesSchema.parse(await ask(`/namespaces/browse?limit=200&only=left&offset=${offset}`));
    names.push(...page.rows.map(({ name }) => name));
  }
  const begun = z.object({ run: runSchema }).parse(await ask("/reembed", { namespaces: names, yes: true }));
  const look = async () => runSchema.parse(await ask(`/runs/${begun.run.id}`));
  return {
    written: async () => (await look()).outcome.written,
    state: async () => (await look()).state,
    cancel: async () => {
      if ((await look()).state === "running") await ask(`/runs/${begun.run.id}/cancel`, {});
    },
  };
}

const totalsSchema = z.object({ totals: z.object({ namespaces: z.number() }) });
const dataDir = await mkdtemp(path.join(os.tmpdir(), "portage-bench-"));
const services = await startServices({ records: 1 });
let server: ChildProcess | null = null;
try {
  await services.source.createIndex({ name: source, dimension: 4 });
  await services.source.fill({ index: source, namespaces, records: 2, textLength: 40 });
  // Half of them stand in the target, with as many records.
  await services.target.createIndex({ name: indexes.target, dimension: 3072 });
  await services.target.fill({ index: indexes.target, namespaces: namespaces / 2, records: 2, textLength: 40 });
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  server = await serve(dataDir, port, {
    ...services.environment,
    ...unpaced,
    PORTAGE_MODE: "live",
    PINECONE_OLD_INDEX: source,
    PINECONE_NEW_INDEX: indexes.target,
  });
  say(`${namespaces.toLocaleString("en-US")} namespaces in the source, half as many in the target.`);
  const opened = performance.now();
  const page = await fetch(origin);
  await page.text();
  say(`the dashboard's first answer after ${seconds(opened)}`);
  for (;;) {
    const answer = await fetch(`${origin}/api/v1/namespaces/browse?limit=1`);
    const { totals } = totalsSchema.parse(await answer.json());
    if (totals.namespaces >= namespaces) break;
    if (performance.now() - opened > 600_000) throw new Error(`${totals.namespaces} were counted in ten minutes.`);
    await delay(100);
  }
  say(`all were counted after ${seconds(opened)}`);
  await table("Counted, nothing at work", origin, reads, Number(values.rounds));
  const run = await startRun(origin);
  await table("While a run re-embeds 2,000 of them", origin, reads, Number(values.rounds));
  say(`the run meanwhile: ${await run.written()} records written, ${await run.state()}`);
  await run.cancel();
  const after = await idle(server, 10_000);
  say(`resident ${after.residentMb} MB, ${(after.core * 100).toFixed(1)} % of a core while nobody asks`);
} finally {
  await stop(server);
  await services.close();
  await rm(dataDir, { recursive: true, force: true });
}
process.exit();
