import type { Delivery, WebhookEvent } from "@/lib/shapes/schedules/delivery";
import type { Schedule, ScheduleOutcome } from "@/lib/shapes/schedules/schedule";
import { countWords, manyWords, moneyWords } from "./figures";

export const outcomeWords: Record<ScheduleOutcome, string> = {
  applied: "Applied",
  "no-changes": "No changes",
  review: "Needs review",
  refused: "Skipped",
  failed: "Failed",
};

export const phaseWords: Record<Schedule["phase"], string> = {
  idle: "Idle",
  starting: "Starting",
  planning: "Analysing",
  applying: "Applying",
};

export const eventWords: Record<WebhookEvent, string> = {
  "plan.waiting": "A plan needs review",
  "scheduled-run.failed": "A scheduled run failed",
  "scheduled-run.refused": "A scheduled run was skipped",
  "scheduled-run.recovered": "Schedule recovered",
};

/** How far a schedule may go without a review. */
export function limitWords({ limits }: Pick<Schedule, "limits">): string {
  const { maxCreates, maxUpdates, maxUsd, maxEgress, allowProblems } = limits;
  const most = [
    ...(maxCreates === null ? [] : [manyWords(maxCreates, "create")]),
    ...(maxUpdates === null ? [] : [manyWords(maxUpdates, "update")]),
    ...(maxUsd === null ? [] : [moneyWords(maxUsd)]),
  ];
  const pauses = maxEgress === null ? "" : `; pauses at ${maxEgress} GB of egress`;
  if (most.length === 0) return `Nothing: every plan needs review${pauses}`;
  return `Up to ${most.join(", ")}${allowProblems ? "; also with records that can't be migrated" : ""}${pauses}`;
}

/** Where a message to a webhook stands, in a few words. */
export function deliveryWords({ state, attempts, last }: Delivery): string {
  if (state === "delivered") return attempts > 1 ? `Delivered (attempt ${countWords(attempts)})` : "Delivered";
  if (state === "given-up") return `Given up after ${manyWords(attempts, "attempt")}`;
  return last === null ? "To be sent" : `Tried ${attempts === 1 ? "once" : `${countWords(attempts)} times`}`;
}

/** One that is tried within this anyway isn't offered to be sent again. */
const soonMs = 60_000;

/** Whether somebody may want a message to be sent once more: it was given up, or its next attempt is far. */
export function canSendAgain({ state, nextAt }: Delivery, now = Date.now()): boolean {
  return state === "given-up" || (nextAt !== null && new Date(nextAt).getTime() - now > soonMs);
}
