import os from "node:os";
import type { EngineParts } from "../lifecycle/parts";
import { worldOf } from "../transfer/guard-world";

/** A sign of life, with what this process works with: others leave to it the runs that were made for that. */
export async function beatOnce(parts: EngineParts): Promise<void> {
  const { database, workerName } = parts;
  await database.run(
    `INSERT INTO "WorkerBeat" ("id", "host", "pid", "startedAt", "seenAt", "world") VALUES ($1, $2, $3, clock_timestamp(), clock_timestamp(), $4::jsonb)
     ON CONFLICT ("id") DO UPDATE SET "seenAt" = clock_timestamp(), "world" = EXCLUDED."world"`,
    [workerName, os.hostname(), process.pid, JSON.stringify(worldOf(parts))],
  );
}

/** The worker is gone, and says so. */
export async function endBeat({ database, workerName }: EngineParts): Promise<void> {
  await database.run(`DELETE FROM "WorkerBeat" WHERE "id" = $1`, [workerName]);
}
