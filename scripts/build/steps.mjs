import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import path from "node:path";
import { root } from "./root.mjs";
import { runModule } from "./run.mjs";
import { hashOf, readStamp, writeStamp } from "./stamp.mjs";

const PACKAGES = ["package.json", "package-lock.json"];
const SCHEMA = ["prisma/schema.prisma", "prisma.config.ts", ...PACKAGES];
const SOURCES = ["lib", "tsconfig.json"];
export const bundleInputs = [...SOURCES, ...SCHEMA];

/** What runs outside Next.js, by the name of its file in `dist/`. */
const ENTRIES = {
  cli: "lib/cli/main.ts",
  start: "lib/runtime/start.ts",
  "database-thread": "lib/db/embedded/thread.ts",
  "engine-thread": "lib/runtime/engine-thread.ts",
  "sandbox-thread": "lib/sandbox/thread.ts",
};

const say = (/** @type {string} */ text) => process.stderr.write(`${text}\n`);

/** Does `work` when `inputs` have changed since it was last done. */
async function step(
  /** @type {{ name: string, inputs: string[], stamp: string, output: string, work: (hash: string) => Promise<void> }} */ {
    name,
    inputs,
    stamp,
    output,
    work,
  },
) {
  const hash = hashOf([...inputs, "scripts/build"]);
  if (readStamp(stamp) === hash && existsSync(path.join(root, output))) return false;
  const started = performance.now();
  say(`Portage: ${name} ...`);
  await work(hash);
  writeStamp(stamp, hash);
  say(`Portage: ${name}: done in ${((performance.now() - started) / 1000).toFixed(1)} s`);
  return true;
}

/** Generates the database client from the schema. */
export function generateClient() {
  return step({
    name: "generating the database client",
    inputs: SCHEMA,
    stamp: "generated/stamp",
    output: "generated/prisma/client.ts",
    work: () =>
      runModule("prisma/build/index.js", ["generate"], { quiet: true, env: { PRISMA_HIDE_UPDATE_MESSAGE: "1" } }),
  });
}

/**
 * Bundles what runs outside Next.js into `dist/<hash>/`. Each build has a folder of its own, so that a process which is
 * running keeps its files.
 */
export function bundle() {
  return step({
    name: "bundling the command line and the threads",
    inputs: bundleInputs,
    stamp: "dist/current",
    output: path.join("dist", readStamp("dist/current") || "none"),
    work: async (hash) => {
      const { build } = await import("esbuild");
      const entries = Object.entries(ENTRIES).filter(([, file]) => existsSync(path.join(root, file)));
      const unfinished = path.join(root, "dist", `unfinished-${process.pid}`);
      const finished = path.join(root, "dist", hash);
      mkdirSync(unfinished, { recursive: true });
      await build({
        absWorkingDir: root,
        entryPoints: entries.map(([name, file]) => ({ in: file, out: name })),
        outdir: unfinished,
        outExtension: { ".js": ".mjs" },
        bundle: true,
        splitting: true,
        platform: "node",
        format: "esm",
        target: "node20",
        packages: "external",
        sourcemap: "linked",
        logLevel: "warning",
      });
      rmSync(finished, { recursive: true, force: true });
      renameSync(unfinished, finished);
      prune(path.join(root, "dist"), hash);
    },
  });
}

const DAY_MS = 86_400_000;

/** Removes builds that are older than a day: a process that runs longer has loaded all of its files. */
function prune(/** @type {string} */ dist, /** @type {string} */ current) {
  for (const entry of readdirSync(dist, { withFileTypes: true })) {
    const folder = path.join(dist, entry.name);
    const old = Date.now() - statSync(folder).mtimeMs > DAY_MS;
    if (entry.isDirectory() && entry.name !== current && old) rmSync(folder, { recursive: true, force: true });
  }
}

/** Builds the pages. */
export function buildPages() {
  return step({
    name: "building the pages (the first time this takes about a minute)",
    inputs: ["app", "components", "public", "next.config.js", "postcss.config.mjs", ...bundleInputs],
    stamp: ".next/stamp",
    output: ".next/BUILD_ID",
    work: () =>
      runModule("next/dist/bin/next", ["build"], {
        quiet: true,
        env: { NEXT_TELEMETRY_DISABLED: "1", NODE_ENV: "production" },
      }),
  });
}
