import { z } from "zod";
import { planValidHours } from "@/lib/runs/plan-standing";
import type { Overview } from "@/lib/shapes/overview";
import { amount } from "./columns";
import type { Context } from "./context";

type Attention = Overview["attention"][number];

const shown = 5;
const waitingRow = z.object({ planId: z.string(), words: z.string(), stale: z.boolean(), all: amount });

/** Plans that schedules made and that wait for a review: the last one of each schedule that a newer turn hasn't made void. */
async function plansWaiting(ctx: Context): Promise<Attention[]> {
  const waiting = await ctx.database.rows(
    waitingRow,
    `WITH last AS (
       SELECT DISTINCT ON (t."scheduleId") t."planId", t."words", t."outcome", t."id" FROM "Turn" t
        WHERE t."outcome" IN ('review', 'applied', 'no-changes') ORDER BY t."scheduleId", t."id" DESC
     )
     SELECT l."planId", l."words", p."state" = 'stale' OR p."readyAt" < now() - $1 * interval '1 hour' IS TRUE AS "stale",
            count(*) OVER ()::int AS "all"
       FROM last l JOIN "Plan" p ON p."id" = l."planId"
      WHERE l."outcome" = 'review' AND p."state" IN ('ready', 'stale') ORDER BY l."id" DESC LIMIT ${shown}`,
    [planValidHours],
  );
  const items = waiting.map(
    ({ planId, words, stale }): Attention => ({
      level: "warn",
      what: words,
      next: stale
        ? `It is older than ${planValidHours} hours by now: analyse again, or wait for the schedule's next time.`
        : "Review it and apply it, or widen the schedule's limits.",
      href: `/plans/${planId}`,
    }),
  );
  const more = (waiting[0]?.all ?? 0) - items.length;
  if (more > 0)
    items.push({
      level: "warn",
      what: `${more.toLocaleString("en-US")} more ${more === 1 ? "plan waits" : "plans wait"} for a review.`,
      next: "See them in the fleet.",
      href: "/fleet?state=review",
    });
  return items;
}

/** Webhooks whose newest message couldn't be delivered at all. */
async function webhooksGivenUp(ctx: Context): Promise<Attention[]> {
  const rows = await ctx.database.rows(
    z.object({ scheduleId: z.string(), lastWords: z.string().nullable() }),
    `WITH last AS (
       SELECT DISTINCT ON (d."scheduleId") d."scheduleId", d."state", d."lastWords", d."createdAt" FROM "Delivery" d
        ORDER BY d."scheduleId", d."createdAt" DESC, d."id" DESC
     )
     SELECT "scheduleId", "lastWords" FROM last WHERE "state" = 'given-up' ORDER BY "createdAt" DESC LIMIT ${shown}`,
  );
  return rows.map(({ scheduleId, lastWords }) => ({
    level: "warn",
    what: `The webhook of ${scheduleId} wasn't reached: its last message was given up. ${lastWords ?? ""}`.trim(),
    next: "See to the receiver, or set the schedule with another webhook.",
    href: `/fleet?tab=schedules&schedule=${encodeURIComponent(scheduleId)}`,
  }));
}

/** What schedules leave for somebody to look at. */
export async function scheduleAttention(ctx: Context): Promise<Attention[]> {
  return [...(await plansWaiting(ctx)), ...(await webhooksGivenUp(ctx))];
}
