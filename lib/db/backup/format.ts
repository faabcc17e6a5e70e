import { z } from "zod";
import { OperatorError } from "@/lib/operator-error";
import { backupTableSchema } from "./tables";

/**
 * A backup is lines of JSON: a head, for each table a line that names it and then its rows (every value as PostgreSQL writes it as text),
 * and an end with the number of rows and the SHA-256 of all lines before it, without which a backup isn't whole.
 */
export const backupHeadSchema = z.object({
  portage: z.literal("backup"),
  format: z.number().int(),
  version: z.string(),
  madeAt: z.string(),
  migrations: z.array(z.string()),
});
export type BackupHead = z.infer<typeof backupHeadSchema>;

export const backupFormat = 1;

const rowSchema = z.array(z.string().nullable());
const endSchema = z.object({ end: z.literal(true), rows: z.number().int(), sha256: z.string() });

export const backupLineSchema = z.union([rowSchema, backupTableSchema, endSchema, backupHeadSchema]);

export function badBackup(
  code: "not-a-backup" | "backup-damaged" | "backup-version",
  what: string,
  next: string,
  cause?: unknown,
): OperatorError {
  const notLost = "Nothing was restored, and nothing was changed.";
  return new OperatorError({ kind: "usage", code, what, notLost, next, cause });
}
