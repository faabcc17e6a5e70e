/**
 * What reads cost over a long history: 2,000 runs and 200,000 findings in the embedded database, pages and HTTP, by the server as operators start
 * it, idle and while a run goes at full speed that four pages follow; what it takes when nothing happens, and what a command takes.
 * `--runs N --findings N` for another size: 20 and 2,000 are the baseline.
 */
import type { ChildProcess } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { z } from "zod";
import { freePort } from "../review/browser";
import { serve, stop } from "../serve";
import { emptyTarget, indexes, namespaceOf, startServices } from "../services";
import { fill } from "./fill";
import { idle, peakOf } from "./process";
import { readsOf, table } from "./reads";

const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "2000" },
    findings: { type: "string", default: "200000" },
    rounds: { type: "string", default: "30" },
    /** Of each of four namespaces of the run that goes meanwhile. */
    records: { type: "string", default: "25000" },
    /** Milliseconds that each service takes to answer. */
    latency: { type: "string", default: "20" },
  },
});
const namespaces = [0, 1, 2, 3].map(namespaceOf);
const limits = { serveMb: 400, core: 0.01, commandMb: 300 };
const say = (text: string) => process.stdout.write(`${text}\n`);

function held(what: string, measured: number, limit: number, unit: string): void {
  if (measured > limit) process.exitCode = 1;
  say(
    `${what.padEnd(57)}${measured.toFixed(unit === "MB" ? 0 : 3)} ${unit}${measured > limit ? "  over the limit" : ""}`,
  );
}

/** Starts the run and follows it on four pages, by its events, until it is told to stop. */
async function goAtFullSpeed(origin: string): Promise<{ runId: string; follow: AbortController }> {
  const begun = await fetch(`${origin}/api/v1/reembed`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ namespaces, yes: true }),
  });
  const text = await begun.text();
  if (!begun.ok) throw new Error(text);
  const { id: runId } = z.object({ run: z.object({ id: z.string() }) }).parse(JSON.parse(text)).run;
  const follow = new AbortController();
  for (let page = 0; page < 4; page++)
    void fetch(`${origin}/api/v1/runs/${runId}/events`, { signal: follow.signal })
      .then((answer) => answer.body?.pipeTo(new WritableStream()))
      .catch(() => {});
  return { runId, follow };
}

const runSchema = z.object({ state: z.string(), outcome: z.object({ written: z.number() }) });
const runNow = async (origin: string, id: string) =>
  runSchema.parse(await (await fetch(`${origin}/api/v1/runs/${id}`)).json());

const dataDir = await mkdtemp(path.join(os.tmpdir(), "portage-bench-"));
const services = await startServices({ records: Number(values.records), namespaces: namespaces.length, canned: true });
let server: ChildProcess | null = null;
try {
  const { runs, findings, last } = await fill(dataDir, Number(values.runs), Number(values.findings));
  await services.latency(Number(values.latency));
  const environment = {
    ...services.environment,
    PORTAGE_MODE: "live",
    PINECONE_OLD_INDEX: indexes.source,
    PINECONE_NEW_INDEX: await emptyTarget(services),
    GEMINI_REQUESTS_PER_MINUTE: "1000000000",
    GEMINI_TOKENS_PER_MINUTE: "1000000000000",
  };
  const port = await freePort();
  server = await serve(dataDir, port, environment);
  const origin = `http://127.0.0.1:${port}`;
  say(`${runs} runs, ${findings} findings, embedded.`);
  const fresh = await idle(server, 20_000);
  held("resident, nothing asked yet", fresh.residentMb, limits.serveMb, "MB");
  held("of a core, nothing asked", fresh.core, limits.core, "");
  await table("Nothing at work", origin, readsOf(last), Number(values.rounds));
  const { runId, follow } = await goAtFullSpeed(origin);
  const from = { at: performance.now(), written: (await runNow(origin, runId)).outcome.written };
  await table(
    `A run at full speed, followed by four pages (services answer after ${values.latency} ms)`,
    origin,
    [...readsOf(last), `/api/v1/runs/${runId}/detail`, `/runs/${runId}`],
    Number(values.rounds),
  );
  const { state, outcome } = await runNow(origin, runId);
  const perSecond = ((outcome.written - from.written) / (performance.now() - from.at)) * 1000;
  say(
    `the run meanwhile: ${perSecond.toFixed(0)} records/s${state === "running" ? "" : `, and ${state} before the end`}`,
  );
  follow.abort();
  const cancelled = await fetch(`${origin}/api/v1/runs/${runId}/cancel`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: "{}",
  });
  if (!cancelled.ok) throw new Error(await cancelled.text());
  const after = await idle(server, 20_000);
  held("resident, 30 s after the last request", after.residentMb, limits.serveMb, "MB");
  held("of a core, 10 s after the last request", after.core, limits.core, "");
  await stop(server);
  server = null;
  const command = { ...environment, PORTAGE_DATA_DIR: dataDir, DATABASE_URL: "" };
  for (const words of [["runs", "list"], ["history"]])
    held(`the most that \`portage ${words.join(" ")}\` had`, await peakOf(words, command), limits.commandMb, "MB");
} finally {
  await stop(server);
  await services.close();
  await rm(dataDir, { recursive: true, force: true });
}
process.exit();
