import { spawn } from "node:child_process";
import { once } from "node:events";
import { obtainServer, serverVariables, variablesFor } from "./obtain-server";

/**
 * Runs a command with a real Elasticsearch at hand, and stops that server afterwards:
 * `npx tsx scripts/elasticsearch/with-server.ts [--required] -- COMMAND...`
 * Where none can be had the command runs all the same, or with `--required` not at all.
 */
const log = (line: string) => process.stderr.write(`${line}\n`);
const at = process.argv.indexOf("--");
const [command, ...args] = at < 0 ? [] : process.argv.slice(at + 1);
if (command === undefined) {
  log("Usage: with-server.ts [--required] -- COMMAND...");
  process.exit(2);
}
const required = process.argv.slice(2, at).includes("--required");
const obtained = await obtainServer({ log });
if (!obtained.ok)
  log(`No Elasticsearch for tests: ${obtained.reason}. Set ${serverVariables.url} to use one of your own.`);
if (!obtained.ok && required) process.exit(1);
if (obtained.ok) log(`Testing against ${obtained.how}`);

const child = spawn(command, args, {
  stdio: "inherit",
  env: { ...process.env, ...(obtained.ok ? variablesFor(obtained.access) : {}) },
});
// The terminal sends these to the child as well; the server is stopped once it has ended.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => child.kill(signal));
const [code]: unknown[] = await once(child, "exit").catch((error: unknown) => {
  log(error instanceof Error ? error.message : String(error));
  return [1];
});
if (obtained.ok) await obtained.stop();
process.exitCode = typeof code === "number" ? code : 1;
