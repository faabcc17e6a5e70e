import { chmodSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { brotliCompress } from "node:zlib";
import { root } from "./root.mjs";
import { runModule, runScript } from "./run.mjs";
import { hashOf, lookOf, noteLook, readStamp, writeStamp } from "./stamp.mjs";

const PACKAGES = ["package.json", "package-lock.json"];
const SCHEMA = ["prisma/schema.prisma", "prisma.config.ts", ...PACKAGES];
const SOURCES = ["lib", "sandbox", "tsconfig.json"];
const bundleInputs = [...SOURCES, ...SCHEMA];

/** What runs outside Next.js, by the name of its file in `dist/`. */
const ENTRIES = {
  cli: "lib/cli/main.ts",
  start: "lib/runtime/start.ts",
  "database-thread": "lib/db/embedded/thread.ts",
  "engine-thread": "lib/runtime/engine-thread.ts",
  "sandbox-thread": "sandbox/thread.ts",
  "sandbox-postgres-thread": "sandbox/postgres/thread.ts",
  "make-ready": "lib/runtime/make-ready.ts",
};

/** What stays outside of the bundle: it has files beside its code, is a native add-on, or belongs to the pages too. */
const EXTERNAL = [
  "@electric-sql/pglite",
  "@electric-sql/pglite-pgvector",
  "bullmq",
  "esbuild",
  "fs-native-extensions",
  "ioredis",
  "lmdb",
  "next",
  "node-sqlite3-wasm",
];

/** Messages of zod in fifty languages would be half of what each thread reads before it begins; ours are in English. */
const englishOnly = {
  name: "english-only",
  setup(/** @type {import("esbuild").PluginBuild} */ build) {
    build.onLoad({ filter: /node_modules[\\/]zod[\\/]v4[\\/]locales[\\/]index\.js$/ }, () => ({
      contents: 'export { default as en } from "./en.js";',
    }));
  },
};

const compress = promisify(brotliCompress);
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
  const all = [...inputs, "scripts/build"];
  const made = readStamp(stamp) !== "" && existsSync(path.join(root, output));
  const look = lookOf(all);
  if (made && readStamp(`${stamp}.look`) === look) return false;
  const hash = hashOf(all);
  if (made && readStamp(stamp) === hash) {
    noteLook(stamp, look);
    return false;
  }
  const started = performance.now();
  say(`Portage: ${name} ...`);
  await work(hash);
  writeStamp(stamp, hash);
  noteLook(stamp, look);
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
        // Packages too: one file is read and parsed in a fraction of the time that some hundred take.
        external: EXTERNAL,
        banner: {
          js: `import { createRequire as requireOfPortage } from "node:module"; const require = requireOfPortage(import.meta.url);`,
        },
        // What is read at every start is read by the byte. Names stay: a stack trace is to be understood.
        minifyWhitespace: true,
        minifySyntax: true,
        plugins: [englishOnly],
        sourcemap: "linked",
        logLevel: "warning",
      });
      rmSync(finished, { recursive: true, force: true });
      renameSync(unfinished, finished);
      prune(path.join(root, "dist"), hash);
    },
  });
}

/** What a fresh data directory begins with, and what it depends on; `lib/ready-made.ts` hands it out. */
const READY_MADE = {
  database: {
    name: "the database's tables",
    inputs: ["prisma/migrations", "lib/db/embedded", "lib/db/migrate.ts", "lib/runs/worker/queue.ts"],
  },
  sandbox: { name: "the sandbox's contents", inputs: ["sandbox", "lib/embedders/hashing"] },
  postgres: {
    name: "the sandbox's PostgreSQL",
    inputs: ["sandbox/postgres", "sandbox/seed", "sandbox/gemini/model.ts", "lib/embedders/hashing"],
  },
};

/**
 * Makes what a fresh data directory begins with, in `dist/made/<hash>/`; several may do so at the same time.
 * @param {keyof typeof READY_MADE} kind
 */
export function makeReady(kind) {
  const stamp = path.join("dist", "made", `${kind}.current`);
  return step({
    name: `making ${READY_MADE[kind].name} ready`,
    inputs: [...READY_MADE[kind].inputs, ...PACKAGES],
    stamp,
    output: path.join("dist", "made", readStamp(stamp) || "none"),
    work: async (hash) => {
      const made = path.join(root, "dist", "made");
      const unfinished = path.join(made, `unfinished-${kind}-${process.pid}`);
      const finished = path.join(made, hash);
      mkdirSync(unfinished, { recursive: true });
      await runScript(path.join(root, "dist", readStamp("dist/current"), "make-ready.mjs"), [kind, unfinished]);
      openToReaders(unfinished);
      if (existsSync(finished)) rmSync(unfinished, { recursive: true });
      else renameSync(unfinished, finished);
      prune(made, hash);
    },
  });
}

/**
 * Whoever runs Portage may be another than who installed it, and copies these files. They hold nobody's data; the copies are for their owner alone.
 * @param {string} folder
 */
function openToReaders(folder) {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true }))
    chmodSync(path.join(entry.parentPath, entry.name), entry.isDirectory() ? 0o755 : 0o644);
}

const DAY_MS = 86_400_000;

/** Removes builds that are older than a day: a process that runs longer has loaded all of its files. */
function prune(/** @type {string} */ dist, /** @type {string} */ current) {
  for (const entry of readdirSync(dist, { withFileTypes: true })) {
    const folder = path.join(dist, entry.name);
    const old = Date.now() - statSync(folder).mtimeMs > DAY_MS;
    if (entry.isDirectory() && ![current, "made"].includes(entry.name) && old)
      rmSync(folder, { recursive: true, force: true });
  }
}

/** Builds the pages. */
export function buildPages() {
  return step({
    name: "building the pages (the first time this takes about a minute)",
    inputs: ["app", "components", "public", "next.config.js", "postcss.config.mjs", ...bundleInputs],
    stamp: ".next/stamp",
    output: ".next/BUILD_ID",
    work: async (hash) => {
      await runModule("next/dist/bin/next", ["build"], {
        quiet: true,
        env: { NEXT_TELEMETRY_DISABLED: "1", NODE_ENV: "production", PAGES_BUILD: hash.slice(0, 16) },
      });
      await compressFiles(path.join(root, ".next", "static"));
    },
  });
}

/** Puts beside each script and style what it is compressed, smaller than can be done at every request: `lib/runtime/compressed-files.ts` hands it out. */
async function compressFiles(/** @type {string} */ folder) {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => /\.(js|css)$/.test(name));
  await Promise.all(
    names.map(async (name) => {
      const file = path.join(folder, name);
      await writeFile(`${file}.br`, await compress(await readFile(file)));
    }),
  );
}
