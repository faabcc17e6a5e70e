import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { bindMigrationAwareSqlAdapterFactory } from "@prisma/driver-adapter-utils";
import * as glue from "@prisma/schema-engine-wasm/schema_engine_bg";
import { PrismaPGlite } from "pglite-prisma-adapter";

/** Prisma's own schema engine, compiled to WebAssembly: `prisma migrate` would want to download a binary. */
async function loadEngine(): Promise<void> {
  const folder = path.dirname(createRequire(import.meta.url).resolve("@prisma/schema-engine-wasm/schema_engine_bg"));
  const bytes = readFileSync(path.join(folder, "schema_engine_bg.wasm"));
  const { instance } = await WebAssembly.instantiate(bytes, { "./schema_engine_bg.js": { ...glue } });
  glue.__wbg_set_wasm(instance.exports);
  const start = instance.exports.__wbindgen_start;
  if (typeof start === "function") start();
}

/** An empty database in memory, as Prisma's engine sees one. */
async function emptyDatabase(): Promise<PrismaPGlite> {
  return new PrismaPGlite(await PGlite.create());
}

export type Migrations = { name: string; sql: string }[];

/** The SQL that leads from `migrations` to `schema`; `null` when they agree. */
export async function difference(
  migrations: Migrations,
  schema: { path: string; text: string },
): Promise<string | null> {
  await loadEngine();
  const main = await emptyDatabase();
  const adapter = bindMigrationAwareSqlAdapterFactory({
    provider: main.provider,
    adapterName: main.adapterName,
    connect: () => main.connect(),
    // The engine replays the migrations here; a database of its own, since the embedded one can't hold two.
    connectToShadowDb: async () => (await emptyDatabase()).connect(),
  });
  const engine = await glue.SchemaEngine.new({ datamodels: [[schema.path, schema.text]] }, () => {}, adapter);
  const result = await engine.diff({
    from: {
      tag: "migrations",
      baseDir: path.dirname(schema.path),
      lockfile: { path: "migration_lock.toml", content: 'provider = "postgresql"\n' },
      shadowDbInitScript: "",
      migrationDirectories: migrations.map(({ name, sql }) => ({
        path: name,
        migrationFile: { path: "migration.sql", content: { tag: "ok", value: sql } },
      })),
    },
    to: { tag: "schemaDatamodel", files: [{ path: schema.path, content: schema.text }] },
    script: true,
    exitCode: true,
    filters: { externalTables: [], externalEnums: [] },
  });
  return result.exitCode === 2 ? result.stdout : null;
}
