import { defineConfig } from "prisma/config";

// `generate`, `validate` and `format` need no schema engine, yet the CLI would download one first.
// Never set for `migrate`: it would then print nothing and do nothing.
const [, , command] = process.argv;
if (command && ["generate", "validate", "format", "version"].includes(command)) {
  process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= process.execPath;
}

export default defineConfig({
  schema: "prisma/schema.prisma",
  migrations: { path: "prisma/migrations" },
  datasource: { url: process.env.DATABASE_URL ?? "" },
});
