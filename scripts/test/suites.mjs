import { readdirSync } from "node:fs";
import path from "node:path";
import { prepareAll } from "../build/prepare.mjs";
import { root } from "../build/root.mjs";
import { moduleScript } from "../build/run.mjs";
import { ensureBrowser } from "./browser.mjs";
import { runChecks } from "./checks.mjs";
import { fromPlaywright } from "./playwright-report.mjs";
import { tallyOf } from "./report.mjs";
import { nothing, oneFailure } from "./tally.mjs";
import { reportVariable } from "./vitest-reporter.mjs";

const reporter = path.join(import.meta.dirname, "vitest-reporter.mjs");

/**
 * @param {Record<string, string>} env
 * @param {string[]} options
 */
const vitest = (env, ...options) =>
  tallyOf(
    "vitest",
    [moduleScript("vitest/vitest.mjs"), "run", ...options, "--reporter=default", `--reporter=${reporter}`],
    (/** @type {import("./tally.mjs").Tally} */ tally) => tally,
    (file) => ({ ...env, [reportVariable]: file }),
  );

/**
 * What another version of Node could break: threads, the embedded database, servers and the clients' requests, the
 * command line. CI has an Elasticsearch of the version before at the same time: its contract is among them, and bulk updates with it.
 */
const runtimeDependent = [
  "lib/db",
  "lib/documents/elasticsearch",
  "sandbox/elasticsearch",
  "sandbox/gemini",
  "lib/cli/transport",
  "lib/runs/worker/workers",
  "lib/runs/worker/queue",
];

/**
 * @typedef {object} Suite
 * @property {string} name
 * @property {string} title
 * @property {number} quietSeconds what it takes on a quiet machine of two cores
 * @property {boolean} [onlyByName] left out of a run of everything, since another suite has these tests
 * @property {boolean} needsElasticsearch whether it finds a real server in the environment that it is given, when one can be had
 * @property {boolean} [needsFrameworks] whether it finds the packages of frameworks that keep vectors in PostgreSQL, when they can be had
 * @property {(environment: Record<string, string>) => Promise<import("./tally.mjs").Tally>} run
 */

/** @type {Suite[]} */
export const suites = [
  {
    name: "checks",
    title: "Types, lint, import directions, migrations",
    quietSeconds: 40,
    needsElasticsearch: false,
    run: runChecks,
  },
  {
    name: "unit",
    title: "Unit tests, databases and commands",
    quietSeconds: 420,
    needsElasticsearch: true,
    needsFrameworks: true,
    run: (env) => vitest(env),
  },
  {
    name: "quick",
    title: "Unit tests",
    quietSeconds: 40,
    onlyByName: true,
    needsElasticsearch: false,
    run: (env) => vitest(env, "--project", "unit"),
  },
  {
    name: "runtime",
    title: "What depends on Node itself",
    quietSeconds: 70,
    onlyByName: true,
    needsElasticsearch: true,
    run: (env) => vitest(env, "--project", "system", ...runtimeDependent),
  },
  {
    name: "process",
    title: "Whole processes, started and killed",
    quietSeconds: 140,
    needsElasticsearch: true,
    async run(env) {
      await prepareAll();
      return vitest(env, "--config", "vitest.process.config.ts");
    },
  },
  {
    name: "browser",
    title: "In a browser",
    quietSeconds: 180,
    needsElasticsearch: false,
    async run() {
      if (!readdirSync(path.join(root, "e2e")).some((file) => file.endsWith(".spec.ts"))) return nothing;
      if (!(await ensureBrowser())) return oneFailure("e2e", "There is no browser that starts.");
      await prepareAll();
      return tallyOf(
        "Playwright",
        [moduleScript("@playwright/test/cli.js"), "test", "--reporter=list,json"],
        fromPlaywright,
        (file) => ({ PLAYWRIGHT_JSON_OUTPUT_FILE: file }),
      );
    },
  },
];
