import { z } from "zod";
import type { Sql } from "@/lib/db/contract";
import { notePlan } from "../attention/note-plan";

/**
 * A newer plan over the same source, target and namespaces takes the place of older ones that nobody has begun to apply: they can't be
 * approved or applied any more, and say which one took their place. Safe to call again.
 */
export async function supersedeOlder(sql: Sql, planId: string): Promise<void> {
  const older = await sql.rows(
    z.object({ id: z.string(), same: z.boolean() }),
    `UPDATE "Plan" o SET "state" = 'superseded', "supersededBy" = n."id" FROM "Plan" n
      WHERE n."id" = $1 AND n."state" = 'ready' AND o."id" <> n."id" AND o."kind" = n."kind" AND o."state" IN ('ready', 'approved')
        AND o."createdAt" < n."createdAt"
        AND CASE WHEN n."kind" = 'mirror'
                 THEN o."namespaces" @> n."namespaces" AND o."namespaces" <@ n."namespaces"
                      AND o."settings" -> 'source' = n."settings" -> 'source' AND o."settings" -> 'target' = n."settings" -> 'target'
                 ELSE o."settingsHash" = n."settingsHash" END
        AND NOT EXISTS (SELECT 1 FROM "Run" r WHERE r."planId" = o."id" AND r."kind" = o."kind" AND r."state" <> 'cancelled')
      RETURNING o."id", o."hash" = n."hash" AS "same"`,
    [planId],
  );
  for (const { id, same } of older) {
    // The same changes wait as before: whoever has acknowledged that needn't again.
    if (same)
      await sql.run(
        `UPDATE "Attention" SET "planId" = $2, "key" = 'plan-waiting:' || $2, "standing" = 'plan-waiting:' || $2
          WHERE "standing" = 'plan-waiting:' || $1`,
        [id, planId],
      );
    await notePlan(sql, id);
  }
}
