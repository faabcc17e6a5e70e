import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { root } from "../build/root.mjs";
import { nothing } from "./tally.mjs";

/**
 * Runs a program and shows what it says, at once or only when it fails.
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ env?: Record<string, string>, quiet?: boolean }} [options]
 * @returns {Promise<boolean>} whether it ended with 0
 */
export async function succeeds(program, args, { env = {}, quiet = false } = {}) {
  const child = spawn(program, args, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: quiet ? ["ignore", "pipe", "pipe"] : ["ignore", "inherit", "inherit"],
  });
  const said = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk) => said.push(chunk));
  const code = await Promise.race([
    once(child, "close").then(([ended]) => ended),
    once(child, "error").then(([error]) => void said.push(Buffer.from(`${error.message}\n`))),
  ]);
  if (code !== 0) process.stderr.write(Buffer.concat(said));
  return code === 0;
}

/** @param {string} script inside `node_modules` */
export const moduleScript = (script) => path.join(root, "node_modules", script);

/**
 * Runs a suite that writes a JSON report, and answers its counts. A suite that fails without a failed test, or without a report,
 * counts as one failed test.
 * @param {readonly string[]} args of Node
 * @param {(report: any) => import("./tally.mjs").Tally} read
 * @param {(file: string) => { args?: string[], env?: Record<string, string> }} reporting how the report's file is given to it
 */
export async function tallyOf(args, read, reporting) {
  const folder = mkdtempSync(path.join(os.tmpdir(), "portage-report-"));
  const file = path.join(folder, "report.json");
  const { args: more = [], env = {} } = reporting(file);
  try {
    const passed = await succeeds(process.execPath, [...args, ...more], { env });
    const tally = reportIn(file, read);
    return passed || tally.failed > 0 ? tally : { ...tally, failed: 1 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function reportIn(/** @type {string} */ file, /** @type {(report: any) => import("./tally.mjs").Tally} */ read) {
  try {
    return read(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    return nothing;
  }
}
