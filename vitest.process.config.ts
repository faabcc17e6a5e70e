import path from "node:path";
import { defineConfig } from "vitest/config";
import { limits } from "./scripts/test/limits.mjs";

/** Whole processes: started, killed, started again. Run by `npm test` after the unit tests. */
export default defineConfig({
  resolve: { alias: { "@": path.resolve(import.meta.dirname) } },
  test: {
    include: ["e2e/process/**/*.test.ts"],
    // Each starts processes that wait for one another, for leases to run out and for services: three at a time keep two cores busy.
    maxWorkers: 3,
    testTimeout: limits.process,
    hookTimeout: limits.process,
  },
});
