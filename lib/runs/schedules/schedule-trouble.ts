import type { Database } from "@/lib/db/contract";
import { noteSchedule } from "../attention/note-schedule";
import type { StoredSchedule } from "./stored-schedule";

/** Keeps at the schedule why it can't be kept to, from when on, and that it can be again. Writes only what is new. */
export async function noteTrouble(
  database: Database,
  schedule: Pick<StoredSchedule, "id" | "trouble">,
  trouble: string | null,
  now: Date,
): Promise<void> {
  if (schedule.trouble === trouble) return;
  await database.transaction(async (sql) => {
    await sql.run(
      `UPDATE "Schedule" SET "trouble" = $2, "troubleAt" = CASE WHEN $2::text IS NULL THEN NULL ELSE coalesce("troubleAt", $3) END WHERE "id" = $1`,
      [schedule.id, trouble, now],
    );
    await noteSchedule(sql, schedule.id);
  });
}
