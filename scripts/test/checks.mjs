import { moduleScript, runToEnd } from "../build/run.mjs";
import { nothing, oneFailure, sum } from "./tally.mjs";

/** What is looked at without running Portage. */
const checks = [
  { name: "types", args: [moduleScript("typescript/bin/tsc"), "--noEmit"] },
  { name: "lint and format", args: [moduleScript("@biomejs/biome/bin/biome"), "check", "."] },
  {
    name: "import directions",
    args: [
      moduleScript("dependency-cruiser/bin/dependency-cruise.mjs"),
      "--config",
      ".dependency-cruiser.cjs",
      "app",
      "components",
      "lib",
      "sandbox",
    ],
  },
  {
    name: "schema and migrations agree",
    args: [moduleScript("tsx/dist/cli.mjs"), "scripts/new-migration.ts", "--check"],
  },
  { name: "no file above 250 lines", args: ["scripts/test/file-lengths.mjs"] },
];

/**
 * Runs the checks, side by side; each counts as a test.
 * @returns {Promise<import("./tally.mjs").Tally>}
 */
export async function runChecks() {
  return sum(
    await Promise.all(
      checks.map(async ({ name, args }) => {
        const { passed, said } = await runToEnd(process.execPath, args, { quiet: true });
        process.stdout.write(`${passed ? "✓" : "✗"} ${name}\n`);
        return passed ? { ...nothing, passed: 1 } : oneFailure(name, said);
      }),
    ),
  );
}
