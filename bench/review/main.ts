/**
 * The review of a plan of very many changes in a browser: how soon its rows are there, how soon after a jump to anywhere, and how evenly
 * it scrolls. The plan is written straight into a database; server, pages and Chromium are those that operators have.
 */
import type { ChildProcess } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { parseConfig } from "@/lib/config";
import { openDatabase } from "@/lib/db/open";
import { settingsFor } from "@/lib/runs/lifecycle/settings";
import { fill, planId } from "../plan/fill";
import { serve, stop } from "../serve";
import { freePort, openChromium } from "./browser";
import { type Measured, measurePage } from "./measure";

const [changes = 1_000_000, jumps = 60] = process.argv.slice(2).map(Number);

const say = (text: string) => process.stdout.write(`${text}\n`);
const number = (value: number) => Math.round(value).toLocaleString("en-US");
const at = (values: readonly number[], share: number) =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? Number.NaN;

/** A data directory with the plan in it, made for the settings that the server will have. */
async function prepare(dataDir: string): Promise<void> {
  const values = { PORTAGE_MODE: "sandbox", PORTAGE_DATA_DIR: dataDir };
  const database = await openDatabase({ url: null, dataDir });
  await fill(database, changes, settingsFor({ config: parseConfig([{ origin: "environment", values }], dataDir) }));
  await database.close();
}

function report(name: string, { firstRows, jumped, ends, frames, elements, heapMegabytes }: Measured): void {
  say(`\n${name}`);
  say(
    `  rows there ${number(at(firstRows, 0.5))} ms after the page was asked for, p95 ${number(at(firstRows, 0.95))} ms (wanted: below 1,000)`,
  );
  say(
    `  after a jump to anywhere ${number(at(jumped, 0.5))} ms, p95 ${number(at(jumped, 0.95))} ms; End and Home p95 ${number(at(ends, 0.95))} ms`,
  );
  say(
    `  scrolling: a frame every ${at(frames, 0.5).toFixed(1)} ms, p95 ${at(frames, 0.95).toFixed(1)} ms, longest ${at(frames, 1).toFixed(0)} ms; ` +
      `${((frames.filter((frame) => frame > 34).length / frames.length) * 100).toFixed(1)} % of ${number(frames.length)} frames were late`,
  );
  say(`  after all that: ${number(elements)} elements, ${heapMegabytes.toFixed(0)} MB of JavaScript`);
}

const dataDir = await mkdtemp(path.join(os.tmpdir(), "portage-bench-"));
let server: ChildProcess | null = null;
try {
  const started = performance.now();
  await prepare(dataDir);
  say(`A plan of ${number(changes)} updates, written in ${number((performance.now() - started) / 1000)} s.`);
  const port = await freePort();
  server = await serve(dataDir, port);
  const browser = await openChromium();
  const url = `http://127.0.0.1:${port}/plans/${planId}?tab=update`;
  for (const [name, viewport] of [
    ["A desktop, 1440 by 900", { width: 1440, height: 900 }],
    ["A phone, 390 by 844", { width: 390, height: 844 }],
  ] as const)
    report(name, await measurePage(browser, { url, viewport, jumps }));
  await browser.close();
} finally {
  await stop(server);
  await rm(dataDir, { recursive: true, force: true });
}
process.exit(0);
