import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { runToEnd } from "../build/run.mjs";
import { oneFailure, sum } from "./tally.mjs";

/**
 * Runs a suite that writes a JSON report, and answers its tally. A suite that fails without a failed test, or without a report, is
 * one failure.
 * @template Report
 * @param {string} name of the suite
 * @param {readonly string[]} args of Node
 * @param {(report: Report) => import("./tally.mjs").Tally} read
 * @param {(file: string) => Record<string, string>} reporting the environment that says where the report goes
 */
export async function tallyOf(name, args, read, reporting) {
  const folder = mkdtempSync(path.join(os.tmpdir(), "portage-report-"));
  const file = path.join(folder, "report.json");
  try {
    const { passed, how } = await runToEnd(process.execPath, args, { env: reporting(file) });
    const tally = reportIn(file, read);
    if (tally === null) return oneFailure(name, `It ${how} without a report.`);
    if (passed || tally.failures.length > 0) return tally;
    return sum([tally, oneFailure(name, `It ${how}, although no test failed.`)]);
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
    return null;
  }
}
