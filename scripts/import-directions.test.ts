import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { z } from "zod";
import { packageRoot } from "@/lib/package-root";

/** A house in miniature: what each file imports, and the rule that must forbid it; `null` for what is allowed. */
const imports: [file: string, imported: string, rule: string | null][] = [
  ["lib/plan/reads-database.ts", "@/lib/db/open", "plan-imports-downwards"],
  ["lib/stores/reads-database.ts", "@/lib/db/open", "stores-imports-downwards"],
  ["lib/stores/reads-plan.ts", "../plan/merge-join", "stores-imports-downwards"],
  ["lib/embedders/reads-runs.ts", "@/lib/runs/worker/engine", "embedders-imports-downwards"],
  ["lib/runs/calls-verb.ts", "@/lib/actions/runs/show-run", "runs-imports-downwards"],
  ["lib/actions/opens-runtime.ts", "@/lib/runtime/open", "actions-imports-downwards"],
  ["lib/runs/knows-sandbox.ts", "@/sandbox/start", "runs-imports-downwards"],
  ["lib/failures-of-base.ts", "@/lib/plan/merge-join", "base-stands-alone"],
  ["app/page.tsx", "@/lib/runs/worker/engine", "pages-call-verbs"],
  ["app/database/page.tsx", "@/lib/db/open", "pages-call-verbs"],
  ["components/store.tsx", "@/lib/stores/contract", "pages-call-verbs"],
  ["components/imports-page.tsx", "@/app/page", "components-show"],
  ["lib/stores/pgvector/tables/reads-above.ts", "../reading/listing", "pgvector-tables-imports-downwards"],
  ["lib/runs/uses-prisma.ts", "@prisma/client", "only-db-imports-prisma"],
  ["lib/actions/uses-driver.ts", "pg", "only-db-and-pgvector-import-pg"],
  ["lib/runs/uses-vendor.ts", "@google/generative-ai", "vendors-stay-at-the-border"],
  ["lib/plan/circle.ts", "./circle", "no-circles"],
  ["app/calls-verb.tsx", "@/lib/actions/runs/show-run", null],
  ["lib/runs/reads-plan.ts", "@/lib/plan/merge-join", null],
  ["lib/db/uses-driver.ts", "pg", null],
  ["lib/stores/pgvector/uses-driver.ts", "pg", null],
];
const targets = [
  "lib/db/open.ts",
  "lib/plan/merge-join.ts",
  "lib/runs/worker/engine.ts",
  "lib/actions/runs/show-run.ts",
  "lib/runtime/open.ts",
  "sandbox/start.ts",
  "lib/stores/contract.ts",
  "lib/stores/pgvector/reading/listing.ts",
];
const packages = ["@prisma/client", "pg", "@google/generative-ai"];

const reportSchema = z.object({
  summary: z.object({
    violations: z.array(z.object({ from: z.string(), rule: z.object({ name: z.string(), severity: z.string() }) })),
  }),
});

let house = "";
let rulesBroken: Map<string, string[]>;

beforeAll(() => {
  house = mkdtempSync(path.join(os.tmpdir(), "portage-house-"));
  for (const file of [".dependency-cruiser.cjs", "tsconfig.json", "package.json"]) {
    copyFileSync(path.join(packageRoot, file), path.join(house, file));
  }
  const write = (file: string, text: string) => {
    mkdirSync(path.dirname(path.join(house, file)), { recursive: true });
    writeFileSync(path.join(house, file), text);
  };
  for (const name of packages) {
    write(`node_modules/${name}/package.json`, JSON.stringify({ name, main: "index.js" }));
    write(`node_modules/${name}/index.js`, "");
  }
  for (const file of targets) write(file, "export const here = 1;\n");
  for (const [file, imported] of imports) write(file, `import * as it from "${imported}";\nexport const here = it;\n`);

  const cruised = spawnSync(
    process.execPath,
    [
      path.join(packageRoot, "node_modules/dependency-cruiser/bin/dependency-cruise.mjs"),
      ...["--config", ".dependency-cruiser.cjs", "--output-type", "json", "app", "components", "lib", "sandbox"],
    ],
    { cwd: house, encoding: "utf8", maxBuffer: 64 * 2 ** 20 },
  );
  rulesBroken = new Map();
  for (const { from, rule } of reportSchema.parse(JSON.parse(cruised.stdout)).summary.violations) {
    if (rule.severity === "error") rulesBroken.set(from, [...(rulesBroken.get(from) ?? []), rule.name]);
  }
});
afterAll(() => rmSync(house, { recursive: true, force: true }));

it.each(imports)("%s importing %s breaks the rule %s", (file, _imported, rule) => {
  if (rule === null) expect(rulesBroken.get(file)).toBeUndefined();
  else expect(rulesBroken.get(file)).toContain(rule);
});
