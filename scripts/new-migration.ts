/**
 * npm run migration -- NAME      writes prisma/migrations/<time>_NAME/migration.sql from what schema.prisma has more
 * npm run migration -- --check   exit 2 when schema.prisma and the migrations differ
 * Needs no server and no download.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { readMigrations } from "@/lib/db/migrate";
import { packageRoot } from "@/lib/package-root";
import { difference } from "./migration/schema-engine";

const [name] = process.argv.slice(2);
if (!name || (name !== "--check" && !/^[a-z0-9_]+$/.test(name))) {
  console.error("Usage: npm run migration -- NAME (a-z, 0-9, _) | --check");
  process.exit(2);
}
const folder = path.join(packageRoot, "prisma", "migrations");
const schemaPath = path.join(packageRoot, "prisma", "schema.prisma");
const lockFile = path.join(folder, "migration_lock.toml");
mkdirSync(folder, { recursive: true });

const sql = await difference(readMigrations(folder), { path: schemaPath, text: readFileSync(schemaPath, "utf8") });
if (sql === null) {
  console.log("schema.prisma and the migrations agree.");
  process.exit(0);
}
if (name === "--check") {
  console.error(`schema.prisma has changes without a migration; write one with: npm run migration -- NAME\n\n${sql}`);
  process.exit(2);
}
const stamp = new Date().toISOString().replace(/\D/g, "").slice(0, 14);
const target = path.join(folder, `${stamp}_${name}`, "migration.sql");
mkdirSync(path.dirname(target));
writeFileSync(target, sql);
if (!existsSync(lockFile)) writeFileSync(lockFile, '# Written by npm run migration.\nprovider = "postgresql"\n');
console.log(`Wrote ${path.relative(packageRoot, target)}. Read it before committing it.`);
process.exit(0);
