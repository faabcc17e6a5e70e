/** npm run check: types, lint, import directions, migrations and the quick unit tests, side by side. */
import { prepareCommandLine } from "./build/prepare.mjs";
import { moduleScript, succeeds } from "./build/run.mjs";
import { runChecks } from "./test/checks.mjs";

await prepareCommandLine();
const [{ failures }, unit] = await Promise.all([
  runChecks(),
  succeeds(process.execPath, [moduleScript("vitest/vitest.mjs"), "run", "--project", "unit", "--reporter=dot"], {
    quiet: true,
  }),
]);
process.stdout.write(`${unit ? "✓" : "✗"} unit tests\n`);
process.exit(failures.length === 0 && unit ? 0 : 1);
