/**
 * npm test                     everything, its own set-up included
 * npm test -- unit browser     some suites: checks, unit, process, browser; quick, runtime: parts of unit
 * npm test -- --no-skips       a missing Elasticsearch is a failure
 * npm test -- --sum-into=FILE  the end of the output goes to this file as well
 * It says first how long it takes on this machine as it is now, and ends with what took longest, what failed, by name, and a last line that sums the tests of all suites up; the exit code is 1 when one failed.
 */
import { existsSync, writeFileSync } from "node:fs";
import path from "node:path";
import { root } from "./build/root.mjs";

if (!existsSync(path.join(root, "node_modules"))) {
  process.stderr.write("Portage: the packages aren't installed yet; run `npm ci` first.\n");
  process.exit(2);
}
const { prepareCommandLine } = await import("./build/prepare.mjs");
const { suites } = await import("./test/suites.mjs");
const { forecast, remember } = await import("./test/duration.mjs");
const { inWords, listed, oneFailure, slowest, sum } = await import("./test/tally.mjs");
const { frameworks } = await import("./test/frameworks.mjs");
const { elasticsearch, stopElasticsearch } = await import("./test/elasticsearch.mjs");

const words = process.argv.slice(2);
const noSkips = words.includes("--no-skips");
if (noSkips) process.env.PORTAGE_TEST_NO_SKIPS = "1";
const sumInto = words.find((word) => word.startsWith("--sum-into="))?.slice("--sum-into=".length);
const wanted = words.filter((word) => !word.startsWith("--"));
const unknown = wanted.filter((name) => !suites.some((suite) => suite.name === name));
if (unknown.length > 0) {
  process.stderr.write(
    `There is no suite ${unknown.join(", ")}; there are ${suites.map(({ name }) => name).join(", ")}.\n`,
  );
  process.exit(2);
}

/**
 * Runs a suite. What can't even be built or started is a failure of it.
 * @param {import("./test/suites.mjs").Suite} suite
 */
async function tallyOfSuite({ title, needsElasticsearch, needsFrameworks, run }) {
  try {
    await prepareCommandLine();
    const server = needsElasticsearch ? await elasticsearch() : null;
    const packages = needsFrameworks ? await frameworks() : {};
    const tally = await run({ ...server?.environment, ...packages });
    if (!noSkips || !server || server.reason === null) return tally;
    return sum([tally, oneFailure(`${title}: without a real Elasticsearch`, server.reason)]);
  } catch (error) {
    const why = error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.stderr.write(`${why}\n`);
    return oneFailure(title, why);
  }
}

const chosen = suites.filter((suite) => (wanted.length > 0 ? wanted.includes(suite.name) : !suite.onlyByName));
process.stdout.write(`${forecast(chosen)}\n`);
const tallies = [];
// It takes half a minute to come, mostly of waiting: whoever needs it first waits for the rest of that, and says what was wrong.
if (chosen.some((suite) => suite.needsElasticsearch)) elasticsearch().catch(() => {});
if (chosen.some((suite) => suite.needsFrameworks)) frameworks().catch(() => {});
try {
  for (const [at, suite] of chosen.entries()) {
    process.stdout.write(`\n== ${at + 1} of ${chosen.length}: ${suite.title}\n`);
    const started = performance.now();
    const tally = await tallyOfSuite(suite);
    const seconds = (performance.now() - started) / 1000;
    process.stdout.write(`== ${suite.title}: ${inWords(tally)} (${seconds.toFixed(0)} s)\n`);
    if (tally.failures.length === 0) remember(suite.name, seconds);
    tallies.push(tally);
  }
} finally {
  await stopElasticsearch();
}
const total = sum(tallies);
const end = [...listed(total.failures), inWords(total)].map((line) => `${line}\n`).join("");
if (sumInto !== undefined) writeFileSync(sumInto, end);
process.stdout.write(
  `\n${slowest(total)
    .map((line) => `${line}\n`)
    .join("")}\n${end}`,
);
process.exit(total.failures.length > 0 ? 1 : 0);
