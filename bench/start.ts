/**
 * How soon the first answer is there: commands without a server on a fresh and on a known data directory, `npm start` until it is ready, a whole
 * re-embedding from a cold start less the run itself. Against the limits, and as multiples of a bare start of Node in the same minute.
 */
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { z } from "zod";
import { packageRoot } from "@/lib/package-root";
import { slowness } from "@/scripts/test/limits.mjs";

const [rounds = 5] = process.argv.slice(2).map(Number);
const records = 2000;
const home = mkdtempSync(path.join(os.tmpdir(), "portage-bench-"));
const known = path.join(home, "known");
const environment = (dataDir: string) => ({
  ...process.env,
  PORTAGE_MODE: "sandbox",
  PORTAGE_DATA_DIR: dataDir,
  DATABASE_URL: "",
  PORT: "0",
});

function node(dataDir: string, ...args: string[]): { seconds: number; out: string } {
  const started = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: packageRoot,
    env: environment(dataDir),
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  if (status !== 0) throw new Error(`${args.join(" ")} ended with ${status}: ${stderr}`);
  return { seconds: (performance.now() - started) / 1000, out: stdout };
}

const portage = (dataDir: string, ...words: string[]) => node(dataDir, "bin/portage.mjs", ...words);

/** Seconds until `npm start` says that it is ready; its pages are built before. */
async function untilReady(): Promise<number> {
  const started = performance.now();
  const server = spawn(process.execPath, ["scripts/start.mjs"], {
    cwd: packageRoot,
    env: environment(known),
    stdio: ["ignore", "ignore", "pipe"],
  });
  const ended = new Promise((resolve) => server.once("close", resolve));
  let said = "";
  const seconds = await new Promise<number>((resolve, reject) => {
    server.stderr.on("data", (piece) => {
      said += String(piece);
      if (said.includes("Portage is ready")) resolve((performance.now() - started) / 1000);
    });
    void ended.then(() => reject(new Error(`The server ended: ${said}`)));
  });
  server.kill("SIGTERM");
  await ended;
  return seconds;
}

const namespacesSchema = z.object({
  namespaces: z.array(
    z.object({ name: z.string(), source: z.object({ value: z.number() }).nullable(), target: z.unknown() }),
  ),
});
const runsSchema = z.object({ runs: z.array(z.object({ startedAt: z.string(), endedAt: z.string() })) });

/** Seconds of a whole re-embedding that aren't the run's own. */
function besideTheRun(at: number): number {
  const dataDir = path.join(home, `cold-${at}`);
  const { namespaces } = namespacesSchema.parse(JSON.parse(portage(dataDir, "namespaces", "--json").out));
  const largest = namespaces.find(({ source, target }) => (source?.value ?? 0) >= records && target === null);
  if (!largest) throw new Error("The sandbox has no namespace of so many records.");
  const words = ["reembed", largest.name, "--limit", String(records), "--yes", "--json"];
  const { seconds } = portage(dataDir, ...words);
  const { runs } = runsSchema.parse(JSON.parse(portage(dataDir, "runs", "list", "--json").out));
  const own = runs.reduce((sum, { startedAt, endedAt }) => sum + Date.parse(endedAt) - Date.parse(startedAt), 0);
  return seconds - own / 1000;
}

const median = (values: readonly number[]) =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

async function times(measure: (at: number) => number | Promise<number>, most = rounds): Promise<number> {
  const taken: number[] = [];
  for (let at = 0; at < most; at++) taken.push(await measure(at));
  return median(taken);
}

try {
  portage(known, "namespaces");
  const bare = await times(() => node(known, "-e", "0").seconds);
  const rows: [string, number, number][] = [
    ["namespaces, known directory", 1.5, await times(() => portage(known, "namespaces").seconds)],
    [
      "namespaces, fresh directory",
      3,
      await times((at) => portage(path.join(home, `fresh-${at}`), "namespaces").seconds),
    ],
    ["npm start until ready", 2, await times(untilReady)],
    [`reembed of ${records} records, beside the run`, 3, await times(besideTheRun, Math.min(3, rounds))],
    ["--help", 0.2, await times(() => portage(known, "--help").seconds)],
  ];
  process.stdout.write(
    `Medians. A bare start of Node takes ${bare.toFixed(2)} s; this machine is ${slowness.toFixed(1)} times slower now than a quiet one of two cores.\n\n`,
  );
  for (const [name, limit, seconds] of rows)
    process.stdout.write(
      `${name.padEnd(44)} ${seconds.toFixed(2).padStart(6)} s  ${(seconds / slowness / limit).toFixed(2).padStart(5)} of ${limit} s on a quiet machine  ${(seconds / bare).toFixed(0).padStart(4)} bare starts\n`,
    );
} finally {
  rmSync(home, { recursive: true, force: true });
}
