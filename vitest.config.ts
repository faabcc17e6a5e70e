import { readdirSync, readFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";
import { findPrograms } from "./lib/db/testing-programs.ts";
import { limits } from "./scripts/test/limits.mjs";

const root = import.meta.dirname;

const testFiles = ["lib", "sandbox", "components", "app", "scripts", "facade"].flatMap((folder) =>
  readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => /\.test\.tsx?$/.test(file))
    .map((file) => path.join(folder, file)),
);

/** What opens a database, or starts processes or servers. */
const starters =
  /^(node:child_process|bench\/.*|lib\/db\/(open|embedded\/(pglite|start|start-here))|sandbox\/(start|postgres\/start-postgres))$/;

/**
 * Whether a test takes seconds, where others take milliseconds: a file tells by what it imports, itself or through the files that are
 * there for tests alone.
 */
function takesSeconds(file: string): boolean {
  const names = [...readFileSync(path.join(root, file), "utf8").matchAll(/ from "([^"]+)"/g)];
  return names.some(([, name = ""]) => {
    const whole = name.startsWith(".") ? path.join(path.dirname(file), name) : name.replace(/^@\//, "");
    return starters.test(whole) || (/(\.suite|\/testing[\w-]*)$/.test(whole) && takesSeconds(`${whole}.ts`));
  });
}

/** Whether a test replaces modules: it needs its own, since the files before it may have loaded them already. */
function replacesModules(file: string): boolean {
  return /\bvi\.(mock|doMock|resetModules)\(/.test(readFileSync(path.join(root, file), "utf8"));
}

/**
 * What several processes share goes through both kinds of database: the same suites again, on a real server. Without one they run on
 * the embedded database alone, as the tests of `lib/db` say.
 */
const onBoth = [
  "lib/actions/fleet/fleet.test.ts",
  "lib/actions/plans/changes.test.ts",
  "lib/actions/plans/taken-out.test.ts",
  "lib/actions/schedules/schedules.test.ts",
  "lib/runs/plans/readings.test.ts",
  "lib/runs/review/mirror-plan.test.ts",
  "lib/runs/schedules/schedules.test.ts",
  "lib/runs/transfer/mirror.test.ts",
  "lib/runs/worker/bad-days.test.ts",
  "lib/runs/worker/control.test.ts",
  "lib/runs/worker/mirror-again.test.ts",
  "lib/runs/worker/mirror-drift.test.ts",
  "lib/webhooks/deliver.test.ts",
];
/**
 * What asks much of a database and is about other services: on a real server where there is one, which answers with a part of the work
 * that the embedded database takes.
 */
const ratherOnServer = [
  "lib/actions/documents/apply-clearance.server.test.ts",
  "lib/actions/documents/apply-clearance.test.ts",
  "lib/actions/documents/clearance-days.server.test.ts",
  "lib/actions/documents/clearance-matrix.test.ts",
  "lib/actions/documents/clearance-node.server.test.ts",
  "lib/actions/documents/plan-clearance.server.test.ts",
  "lib/actions/documents/plan-clearance.test.ts",
  "lib/runs/compare/listing-held.test.ts",
  "lib/runs/transfer/models.test.ts",
  "lib/runs/transfer/worlds.test.ts",
  "lib/runs/worker/matrix-copies.test.ts",
  "lib/runs/worker/matrix-mirror.test.ts",
  "lib/runs/worker/matrix-verify.test.ts",
  "lib/runs/worker/verified-means-right.test.ts",
];
// A file that moved would drop out without a word.
const gone = [...onBoth, ...ratherOnServer].filter((file) => !testFiles.includes(file));
if (gone.length > 0) throw new Error(`vitest.config.ts names tests that aren't there: ${gone.join(", ")}`);

/** What needs a PostgreSQL with pgvector, which these files share. */
const onPgvector = testFiles.filter((file) => /\bpgvector\b.*server\.test\.ts$/.test(file));
const others = testFiles.filter((file) => !onPgvector.includes(file));
const testDatabaseUrl = process.env.TEST_DATABASE_URL ?? "";
const serverIsThere = testDatabaseUrl !== "" || findPrograms() !== null;
const serverFiles = serverIsThere ? [...onBoth, ...ratherOnServer] : [];
const systemFiles = others.filter((file) => takesSeconds(file) && !(serverIsThere && ratherOnServer.includes(file)));

/** Vitest begins with large files; those that take a suite through a real Elasticsearch are small and take longest. */
class ServersFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isFirst = ({ moduleId }: TestSpecification) => moduleId.endsWith("server.test.ts");
    return [...sorted.filter(isFirst), ...sorted.filter((file) => !isFirst(file))];
  }
}

export default defineConfig({
  resolve: { alias: { "@": root } },
  test: {
    provide: { testDatabaseUrl, testTemplateUrl: "", testPgvectorUrl: "", testPgvectorMissing: "" },
    // Many files wait for servers and processes more than they compute: one for each core leaves two cores idle for a sixth of the time.
    maxWorkers: os.availableParallelism() + 1,
    testTimeout: limits.test,
    hookTimeout: limits.test,
    sequence: { sequencer: ServersFirst },
    projects: [
      // They share their modules, and with them the databases in memory: both again for each file took a third of the time.
      {
        extends: true,
        test: { name: "unit", include: others.filter((file) => !takesSeconds(file)), isolate: false },
      },
      {
        extends: true,
        test: { name: "system", include: systemFiles.filter((file) => !replacesModules(file)), isolate: false },
      },
      { extends: true, test: { name: "alone", include: systemFiles.filter(replacesModules) } },
      {
        extends: true,
        test: {
          name: "pgvector",
          include: onPgvector,
          globalSetup: "scripts/pgvector/test-setup.ts",
        },
      },
      ...(serverIsThere ? ["server", "server-alone"] : []).map((name) => ({
        extends: true as const,
        test: {
          name,
          include: serverFiles.filter((file) => replacesModules(file) === (name === "server-alone")),
          isolate: name === "server-alone",
          globalSetup: "lib/db/testing-template.ts",
        },
      })),
    ],
  },
});
