/**
 * Vectors copied: from one index to another, and from an index to an export folder and back into an empty one, by the command line as an operator
 * runs it. Every record is compared bit for bit in the end, and the stand-in counts what was embedded.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import type { VectorRecord, VectorTarget } from "@/lib/stores/contract";
import { allRecords } from "@/lib/stores/query/exact-query";
import { storeKinds } from "@/lib/stores/registry";
import { SandboxControl } from "@/sandbox/control";
import { startSandbox } from "@/sandbox/start";

const [count = 100_000] = process.argv.slice(2).map(Number);
const dimension = 128;
const namespaces = ["", "customer-a", "customer-b", "a b#%?&"];
const say = (text: string) => process.stdout.write(`${text}\n`);
const scratch = await mkdtemp(path.join(os.tmpdir(), "portage-bench-round-trip-"));
const sandbox = await startSandbox({
  ...{ dataDir: null, seed: false, consistencyMs: 0, readyAfterMs: 0 },
  quotas: { gemini: null, pinecone: null },
});
const unpaced = { PINECONE_UPSERTS_PER_SECOND: "100000", PINECONE_FETCHES_PER_SECOND: "100000" };
const values = {
  ...{ ...sandbox.environment, ...unpaced, PORTAGE_MODE: "live", PINECONE_LISTS_PER_SECOND: "100000" },
  ...{ PORTAGE_DATA_DIR: path.join(scratch, "data"), PINECONE_OLD_INDEX: "old", PINECONE_NEW_INDEX: "restored" },
};
const { PINECONE_API_KEY: apiKey, PINECONE_CONTROLLER_HOST: controllerHost } = sandbox.environment;
const store = storeKinds.get("pinecone")?.openTarget?.({ apiKey, controllerHost }, { sandbox: true });
if (!store) throw new Error("There is no such kind");

const at = (number: number): VectorRecord => ({
  id: `doc-${number.toString().padStart(7, "0")}`,
  values: Array.from({ length: dimension }, (_, axis) => Math.fround(Math.sin(number * 12.9898 + axis * 78.233) / 3)),
  metadata: { text: `Text of ${number}`, page: number % 100, tags: [`t${number % 7}`], share: number / 7 },
  ...(number % 10 === 0 && { sparseValues: { indices: [1, 7 + (number % 100)], values: [0.5, 0.25] } }),
});
const namespaceOf = (number: number) => namespaces[number % namespaces.length] ?? "";

/** A command of an operator's, to its end. */
async function portage(...args: string[]): Promise<void> {
  const began = performance.now();
  const child = spawn(process.execPath, [path.resolve("bin/portage.mjs"), ...args, "--yes", "--json"], {
    cwd: scratch,
    env: { ...process.env, ...values },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  child.stderr.on("data", (chunk) => {
    said += chunk;
  });
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`portage ${args.join(" ")} ended with ${code}: ${said}`);
  const seconds = (performance.now() - began) / 1000;
  say(`  ${args.join(" ")}: ${seconds.toFixed(0)} s, ${Math.round(count / seconds).toLocaleString("en-US")} records/s`);
}

async function differing(of: VectorTarget, index: string): Promise<number> {
  let [same, records] = [0, 0];
  for (const namespace of namespaces)
    for await (const page of allRecords(of, { index, namespace }, {}))
      for (const { id, metadata, values: read, sparseValues } of page) {
        records++;
        const number = Number(id.slice(4));
        const made = at(number);
        const asked = JSON.stringify([namespaceOf(number), made.values, made.metadata, made.sparseValues]);
        const sorted = Object.fromEntries(Object.keys(made.metadata).map((key) => [key, metadata[key]]));
        const extra = Object.keys(metadata).length - Object.keys(made.metadata).length;
        if (extra === 0 && JSON.stringify([namespace, read.map(Math.fround), sorted, sparseValues]) === asked) same++;
      }
  return Math.max(count, records) - same;
}

try {
  for (const name of ["old", "copy", "restored"]) await store.ensureIndex({ name, dimension, metric: "dotproduct" });
  for (const [place, namespace] of namespaces.entries())
    for (let from = place; from < count; from += namespaces.length * 500) {
      const some = Array.from({ length: 500 }, (_, step) => from + step * namespaces.length).filter(
        (one) => one < count,
      );
      await store.upsert({ index: "old", namespace }, some.map(at));
    }
  say(`${count.toLocaleString("en-US")} records of ${dimension} dimensions in ${namespaces.length} namespaces:`);
  await portage("migrate", "--all", "--from", "source:old", "--to", "target:copy");
  await portage("migrate", "--all", "--from", "source:old", "--to", "export-folder:./backup");
  await portage("migrate", "--all", "--from", "export-folder:./backup", "--to", "target:restored");
  for (const name of ["copy", "restored"]) say(`  ${name}: ${await differing(store, name)} records differ in any bit`);
  const { embedded } = await new SandboxControl(sandbox.gemini.url).counters();
  say(`  texts embedded: ${embedded.texts}`);
} finally {
  await store.close();
  await sandbox.close();
  await rm(scratch, { recursive: true, force: true });
}
