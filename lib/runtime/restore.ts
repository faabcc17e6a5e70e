import { readConfig } from "@/lib/config";
import { restoreBackup } from "@/lib/db/backup/restore-backup";
import { openDatabase } from "@/lib/db/open";
import { lockDataDirectory } from "./data-lock";

/**
 * Fills the database that the configuration names with a backup. It must be unused, and nobody may have it open.
 * @throws OperatorError `database-not-empty`, `not-a-backup`, `backup-damaged`, `backup-version`, `data-directory-locked`
 */
export async function restore(file: string): Promise<{ rows: number; madeAt: string; dataDir: string | null }> {
  const { databaseUrl, dataDir } = readConfig();
  const lock = databaseUrl ? null : lockDataDirectory(dataDir);
  try {
    const database = await openDatabase({ url: databaseUrl, dataDir });
    try {
      const { rows, madeAt } = await restoreBackup(database, file);
      return { rows, madeAt, dataDir: databaseUrl ? null : dataDir };
    } finally {
      await database.close();
    }
  } finally {
    lock?.release();
  }
}
