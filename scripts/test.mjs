/**
 * npm test                     everything, its own set-up included
 * npm test -- unit browser     some suites: checks, unit, process, browser; runtime: a part of unit
 * npm test -- --no-skips       a missing Elasticsearch is a failure
 * The last line sums the tests of all suites up; the exit code is 1 when one failed.
 */
import { existsSync } from "node:fs";
import path from "node:path";
import { root } from "./build/root.mjs";

if (!existsSync(path.join(root, "node_modules"))) {
  process.stderr.write("Portage: the packages aren't installed yet; run `npm ci` first.\n");
  process.exit(2);
}
const { prepareCommandLine } = await import("./build/prepare.mjs");
const { suites } = await import("./test/suites.mjs");
const { inWords, nothing, sum } = await import("./test/tally.mjs");
const { elasticsearch, stopElasticsearch } = await import("./test/elasticsearch.mjs");

const words = process.argv.slice(2);
const noSkips = words.includes("--no-skips");
const wanted = words.filter((word) => word !== "--no-skips");
const unknown = wanted.filter((name) => !suites.some((suite) => suite.name === name));
if (unknown.length > 0) {
  process.stderr.write(
    `There is no suite ${unknown.join(", ")}; there are ${suites.map(({ name }) => name).join(", ")}.\n`,
  );
  process.exit(2);
}
await prepareCommandLine();
const tallies = [];
try {
  for (const { name, title, onlyByName, needsElasticsearch, run } of suites) {
    if (wanted.length > 0 ? !wanted.includes(name) : onlyByName) continue;
    process.stdout.write(`\n== ${title}\n`);
    const started = performance.now();
    const server = needsElasticsearch ? await elasticsearch() : null;
    if (noSkips && server && server.reason !== null) tallies.push({ ...nothing, failed: 1 });
    const tally = await run(server?.environment ?? {});
    process.stdout.write(`== ${title}: ${inWords(tally)} (${((performance.now() - started) / 1000).toFixed(0)} s)\n`);
    tallies.push(tally);
  }
} finally {
  await stopElasticsearch();
}
const total = sum(tallies);
process.stdout.write(`\n${inWords(total)}\n`);
process.exit(total.failed > 0 ? 1 : 0);
