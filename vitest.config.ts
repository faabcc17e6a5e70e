import path from "node:path";
import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { alias: { "@": path.resolve(import.meta.dirname) } },
  test: {
    include: ["lib/**/*.test.ts", "components/**/*.test.{ts,tsx}", "app/**/*.test.{ts,tsx}", "scripts/**/*.test.ts"],
    provide: { testDatabaseUrl: process.env.TEST_DATABASE_URL ?? "" },
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
});
