import { startSandbox } from "./start";

/**
 * A process of its own, to be killed by a test: `node --import tsx sandbox/serve-for-tests.ts FOLDER`. Prints its environment
 * as JSON once it serves.
 */
const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error("Name the folder to keep the data in.");
const sandbox = await startSandbox({
  dataDir: folder,
  seed: false,
  consistencyMs: 0,
  quotas: { gemini: null, pinecone: null },
});
process.stdout.write(`${JSON.stringify(sandbox.environment)}\n`);
