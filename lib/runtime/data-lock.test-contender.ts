/** A process that tries to take the lock when it is told to, says how it went, and holds it until it is killed. */
import { once } from "node:events";
import { lockDataDirectory } from "./data-lock";

const [dataDir = ""] = process.argv.slice(2);
process.stdout.write("ready\n");
await once(process.stdin, "data");
try {
  lockDataDirectory(dataDir);
  process.stdout.write("locked\n");
} catch {
  process.stdout.write("refused\n");
}
