import { z } from "zod";
import type { Database } from "@/lib/db/contract";
import { refused } from "@/lib/operator-error";
import { lockPlan, requireMade } from "./plan-standing";

const appliedSchema = z.object({ id: z.string() });

/**
 * Takes an approval back as long as nothing of the plan was begun: exclusions can be chosen again, and who took it back is noted.
 * @throws OperatorError `plan-not-approved`, `plan-applied`
 */
export async function withdrawApproval(database: Database, of: { planId: string; actor: string }): Promise<void> {
  await database.transaction(async (sql) => {
    const plan = await lockPlan(sql, of.planId);
    requireMade(plan);
    const [run] = await sql.rows(
      appliedSchema,
      `SELECT "id" FROM "Run" WHERE "planId" = $1 AND "kind" <> 'plan' ORDER BY "createdAt" LIMIT 1`,
      [plan.id],
    );
    if (run)
      throw refused(
        "plan-applied",
        `${plan.id} was begun to be applied, by ${run.id}: its approval can't be withdrawn any more.`,
        `Pause or cancel the run where it still works: portage runs pause ${run.id}`,
      );
    if (plan.state !== "approved")
      throw refused(
        "plan-not-approved",
        `${plan.id} isn't approved: there is nothing to withdraw.`,
        "Look at it again.",
      );
    await sql.run(
      `UPDATE "Plan" SET "state" = 'ready', "approvedHash" = NULL, "approvedAt" = NULL, "approvedBy" = NULL,
              "withdrawnAt" = clock_timestamp(), "withdrawnBy" = $2, "revision" = "revision" + 1
        WHERE "id" = $1 AND "state" = 'approved'`,
      [plan.id, of.actor],
    );
  });
}
