/**
 * What reads cost over a long history: 2,000 runs and 200,000 findings in the embedded database, pages and HTTP, by the server as operators start
 * it; then its memory when nothing happens. `--runs N --findings N` for another size: 20 and 2,000 are the baseline.
 */
import type { ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";
import { freePort } from "../review/browser";
import { serve, stop } from "../serve";
import { fill } from "./fill";

const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "2000" },
    findings: { type: "string", default: "200000" },
    rounds: { type: "string", default: "30" },
  },
});
const limitMs = 100;
const say = (text: string) => process.stdout.write(`${text}\n`);

async function timed(url: string): Promise<number> {
  const begun = performance.now();
  const answer = await fetch(url);
  await answer.arrayBuffer();
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
  return performance.now() - begun;
}

const dataDir = await mkdtemp(path.join(os.tmpdir(), "portage-bench-"));
let server: ChildProcess | null = null;
try {
  const { runs, findings, last } = await fill(dataDir, Number(values.runs), Number(values.findings));
  const port = await freePort();
  server = await serve(dataDir, port);
  const origin = `http://127.0.0.1:${port}`;
  const paths = [
    "/api/v1/overview",
    "/api/v1/runs?limit=50",
    "/api/v1/runs?limit=50&search=customer-17",
    `/api/v1/runs/${last}`,
    `/api/v1/runs/${last}/detail`,
    `/api/v1/runs/${last}/findings`,
    `/api/v1/runs/${last}/findings?search=chunk_77`,
    `/api/v1/runs/${last}/log`,
    "/api/v1/attention",
    "/api/v1/fleet",
    "/api/v1/history",
    "/",
    "/runs",
    `/runs/${last}`,
    "/attention",
    "/configuration",
  ];
  say(
    `${runs} runs, ${findings} findings, embedded; ${values.rounds} times each. Median and p95 in ms (limit of p95: ${limitMs}).`,
  );
  for (const asked of paths) {
    await timed(origin + asked);
    const times: number[] = [];
    for (let round = 0; round < Number(values.rounds); round++) times.push(await timed(origin + asked));
    times.sort((one, other) => one - other);
    const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0;
    const over = at(0.95) > limitMs;
    if (over) process.exitCode = 1;
    say(
      `${asked.padEnd(48)}${at(0.5).toFixed(1).padStart(9)}${at(0.95).toFixed(1).padStart(9)}${over ? "  over the limit" : ""}`,
    );
  }
  await delay(20_000);
  const resident = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${server.pid}/status`, "utf8"))?.[1];
  say(`resident after 20 s without a request: ${Math.round(Number(resident) / 1024)} MB`);
} finally {
  await stop(server);
  await rm(dataDir, { recursive: true, force: true });
}
process.exit();
