import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { defineConfig } from "vitest/config";

const root = import.meta.dirname;

const testFiles = ["lib", "components", "app", "scripts"].flatMap((folder) =>
  readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => /\.test\.tsx?$/.test(file))
    .map((file) => path.join(folder, file)),
);

/**
 * Tests that open a database or start processes take seconds, the others milliseconds. A file tells by what it imports, itself
 * or through the `testing.ts` beside it.
 */
function takesSeconds(file: string): boolean {
  const text = readFileSync(path.join(root, file), "utf8");
  if (
    / from "(node:child_process|@\/bench\/.*|@\/lib\/(db\/open|db\/testing.*|actions\/testing|runs\/testing|sandbox\/start)|\.\/(database\.suite|pglite))"/.test(
      text,
    )
  )
    return true;
  const beside = path.join(path.dirname(file), "testing.ts");
  return / from "\.\/testing"/.test(text) && existsSync(path.join(root, beside)) && takesSeconds(beside);
}

export default defineConfig({
  resolve: { alias: { "@": root } },
  test: {
    provide: { testDatabaseUrl: process.env.TEST_DATABASE_URL ?? "" },
    testTimeout: 20_000,
    hookTimeout: 60_000,
    projects: [
      { extends: true, test: { name: "unit", include: testFiles.filter((file) => !takesSeconds(file)) } },
      { extends: true, test: { name: "system", include: testFiles.filter(takesSeconds) } },
    ],
  },
});
