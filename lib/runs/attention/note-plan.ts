import { z } from "zod";
import type { Sql } from "@/lib/db/contract";
import { planKinds, planStates } from "@/lib/shapes/plans/plan";
import { unfinishedStates } from "../lifecycle/states";
import { stateNow } from "../plans/plan-standing";
import { routeOfSettings, settleAttention } from "./open";

const planRow = z.object({
  kind: z.enum(planKinds),
  state: z.enum(planStates),
  namespaces: z.array(z.string()),
  route: z.string().nullable(),
  createdBy: z.string(),
  createdAt: z.date(),
  supersededBy: z.string().nullable(),
  creates: z.number(),
  updates: z.number(),
  problems: z.number(),
  busy: z.boolean(),
});
type Row = z.infer<typeof planRow>;

/**
 * A plan that somebody could approve or apply needs somebody; one that is being applied, or was applied, superseded or is too old
 * doesn't. Safe to call again.
 */
export async function notePlan(sql: Sql, planId: string): Promise<void> {
  const [plan] = await sql.rows(
    planRow,
    `SELECT p."kind", ${stateNow} AS "state", p."namespaces", ${routeOfSettings("p")} AS "route", p."createdBy", p."createdAt", p."supersededBy",
            p."creates" - p."excludedCreates" AS "creates", p."updates" - p."excludedUpdates" AS "updates", p."problems",
            EXISTS (SELECT 1 FROM "Run" r WHERE r."planId" = p."id" AND r."kind" = p."kind" AND r."state" = ANY($2)) AS "busy"
       FROM "Plan" p WHERE p."id" = $1`,
    [planId, [...unfinishedStates, "failed"]],
  );
  if (!plan) return;
  const waits =
    plan.kind !== "reembed" &&
    (plan.state === "ready" || plan.state === "approved") &&
    plan.creates + plan.updates > 0 &&
    !plan.busy;
  await settleAttention(
    sql,
    { column: "planId", id: planId, causes: ["plan-waiting"] },
    waits
      ? [
          {
            cause: "plan-waiting",
            subject: planId,
            level: "warn",
            planId,
            route: plan.route,
            places: plan.namespaces,
            what: `${plan.state === "approved" ? "An approved plan isn't applied" : "A plan needs review"}: ${amountWords(plan)}.`,
            next: plan.state === "approved" ? "Apply it, or analyse again." : "Review it, then apply it.",
            href: `/plans/${planId}`,
            records: plan.creates + plan.updates,
            subjectAt: plan.createdAt,
          },
        ]
      : [],
    solvedWords(planId, plan),
  );
}

function amountWords({ kind, creates, updates, problems, createdBy }: Row): string {
  const many = (count: number, word: string) => (count === 0 ? [] : [`${count.toLocaleString("en-US")} ${word}`]);
  const [first, second] = kind === "clearance" ? ["to set", "to overwrite"] : ["to create", "to update"];
  const parts = [...many(creates, first), ...many(updates, second), ...many(problems, "that can't be migrated")];
  return `${parts.join(", ")}${createdBy.startsWith("schedule:") ? ", made by a schedule" : ""}`;
}

function solvedWords(planId: string, plan: Row): string {
  if (plan.supersededBy !== null) return `superseded by ${plan.supersededBy}`;
  if (plan.state === "stale") return `${planId} expired`;
  if (plan.state === "applied") return `${planId} was applied`;
  if (plan.busy) return `${planId} is being applied`;
  return `${planId} holds nothing to apply`;
}
