import { createHash } from "node:crypto";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { finished } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { z } from "zod";
import type { Database } from "../contract";
import { type BackupHead, backupFormat } from "./format";
import { appliedMigrations, backupTables, quoted } from "./tables";

const rowSchema = z.object({ row: z.array(z.string().nullable()) });
const pageRows = 500;

/**
 * Writes all of Portage's own data, as it stood at one moment, to `file` (gzip, mode 600). Holds a page of rows in memory. An embedded
 * database has one session: everything else of this process waits while it is read.
 */
export async function writeBackup(database: Database, file: string, version: string): Promise<void> {
  const zipped = createGzip({ level: 6 });
  const out = createWriteStream(file, { mode: 0o600, flags: "wx" });
  zipped.pipe(out);
  const hash = createHash("sha256");
  const put = async (value: object) => {
    const line = `${JSON.stringify(value)}\n`;
    hash.update(line);
    if (!zipped.write(line)) await once(zipped, "drain");
  };
  const failed = finished(out);
  failed.catch(() => {});
  try {
    await Promise.race([
      failed,
      database.transaction(async (sql) => {
        await sql.run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
        const head: BackupHead = {
          portage: "backup",
          format: backupFormat,
          version,
          madeAt: new Date().toISOString(),
          migrations: await appliedMigrations(sql),
        };
        await put(head);
        let rows = 0;
        for (const table of await backupTables(sql)) {
          await put(table);
          const texts = table.columns.map(({ name }) => `${quoted(name)}::text`).join(", ");
          await sql.run(
            `DECLARE backup_rows NO SCROLL CURSOR FOR SELECT ARRAY[${texts}] AS row FROM ${quoted(table.table)}`,
          );
          for (;;) {
            const page = await sql.rows(rowSchema, `FETCH ${pageRows} FROM backup_rows`);
            for (const { row } of page) await put(row);
            rows += page.length;
            if (page.length < pageRows) break;
          }
          await sql.run("CLOSE backup_rows");
        }
        zipped.end(`${JSON.stringify({ end: true, rows, sha256: hash.digest("hex") })}\n`);
      }),
    ]);
    await failed;
  } catch (error) {
    zipped.destroy();
    out.destroy();
    throw error;
  }
}
