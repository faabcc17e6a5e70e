import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { succeeds } from "../build/run.mjs";
import { nothing } from "./tally.mjs";

/**
 * Runs a suite that writes a JSON report, and answers its counts. A suite that fails without a failed test, or without a report,
 * counts as one failed test.
 * @template Report
 * @param {readonly string[]} args of Node
 * @param {(report: Report) => import("./tally.mjs").Tally} read
 * @param {(file: string) => { args?: string[], env?: Record<string, string> }} reporting how it is told where the report goes
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

/**
 * @template Report
 * @param {string} file
 * @param {(report: Report) => import("./tally.mjs").Tally} read
 */
function reportIn(file, read) {
  try {
    return read(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    return nothing;
  }
}
