import { readdirSync } from "node:fs";
import path from "node:path";
import { prepareAll } from "../build/prepare.mjs";
import { root } from "../build/root.mjs";
import { moduleScript } from "../build/run.mjs";
import { ensureBrowser } from "./browser.mjs";
import { runChecks } from "./checks.mjs";
import { tallyOf } from "./report.mjs";
import { fromPlaywright, fromVitest, nothing } from "./tally.mjs";

const vitest = (/** @type {string[]} */ ...options) =>
  tallyOf([moduleScript("vitest/vitest.mjs"), "run", ...options], fromVitest, (file) => ({
    args: ["--reporter=default", "--reporter=json", `--outputFile.json=${file}`],
  }));

/** @type {{ name: string, title: string, run: () => Promise<import("./tally.mjs").Tally> }[]} */
export const suites = [
  { name: "checks", title: "Types, lint, import directions, migrations", run: runChecks },
  { name: "unit", title: "Unit tests, databases and commands", run: () => vitest() },
  {
    name: "process",
    title: "Whole processes, started and killed",
    async run() {
      await prepareAll();
      return vitest("--config", "vitest.process.config.ts");
    },
  },
  {
    name: "browser",
    title: "In a browser",
    async run() {
      if (!readdirSync(path.join(root, "e2e")).some((file) => file.endsWith(".spec.ts"))) return nothing;
      if (!(await ensureBrowser())) return { ...nothing, failed: 1 };
      await prepareAll();
      return tallyOf(
        [moduleScript("@playwright/test/cli.js"), "test", "--reporter=list,json"],
        fromPlaywright,
        (file) => ({
          env: { PLAYWRIGHT_JSON_OUTPUT_FILE: file },
        }),
      );
    },
  },
];
