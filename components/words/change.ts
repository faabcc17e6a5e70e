import type { Change } from "@/lib/shapes/plans/change";
import { vectorReason } from "@/lib/shapes/plans/mark";
import type { Plan } from "@/lib/shapes/plans/plan";
import { manyWords } from "./figures";

export const planKindWords: Record<Plan["kind"], string> = {
  mirror: "Mirroring",
  reembed: "Migration",
  clearance: "Clearance",
};

/** What one plan is called: a migration of a table into itself fills it. */
export const planKindOf = ({ kind, fills }: Pick<Plan, "kind" | "fills">): string =>
  fills ? "Filling" : planKindWords[kind];

export const planStateWords: Record<Plan["state"], string> = {
  planning: "Analysing",
  ready: "Needs review",
  approved: "Approved",
  applied: "Applied",
  stale: "Too old to apply",
  failed: "Failed",
  superseded: "Superseded",
  "no-changes": "No changes",
};

/**
 * The state of one plan: which newer one took its place, and whether it holds anything that could be applied; a migration's may be started without
 * a review of its own.
 */
export function planStateOf({
  kind,
  state,
  cancelled,
  supersededBy,
  counts,
}: Pick<Plan, "kind" | "state" | "cancelled" | "supersededBy" | "counts">): string {
  if (supersededBy !== null) return `Superseded by ${supersededBy}`;
  if (cancelled) return "Cancelled";
  if (state === "ready" && counts.create + counts.update === 0) return "Nothing to apply";
  if (kind !== "reembed") return planStateWords[state];
  if (state === "planning") return "Estimating";
  return state === "ready" ? "Can be started" : planStateWords[state];
}

/** Whether what stands as run in its target is: only with something to write, or where that was done. */
export function runsInTarget(plan: Pick<Plan, "state" | "counts" | "excluded">): boolean {
  const { create, update } = leftOf(plan, "both");
  return plan.state === "applied" || create + update > 0;
}

/** What becomes of a record, in words. */
export function changeWords(
  change: Pick<Change, "kind" | "textChanged" | "excluded" | "differences">,
  fills?: boolean,
): string {
  if (change.excluded) return fills ? "Excluded: the row stays as it is." : "Excluded: the target keeps what it has.";
  if (fills && change.kind === "create") return "Its text will be embedded, and the row gets that vector.";
  if (fills && change.kind === "problem") return "Can't be filled: the row stays as it is.";
  if (change.kind === "create") return "Will be embedded and created.";
  if (change.kind === "orphan") return "Only in the target: will be kept.";
  if (change.kind === "problem") return "Can't be migrated: the target keeps what it has.";
  if (change.textChanged !== true) return "Will be updated. Text unchanged.";
  return vectorReason(change.differences) === "model"
    ? "Will be updated. Another model made its vector: it is embedded again."
    : "Will be updated. Text changed: it is embedded again.";
}

export type Phases = "both" | "creates" | "updates";

/** What applying some phases costs: exactly what is left after the exclusions, where that is known. */
export function costLeft(plan: Pick<Plan, "left" | "estimate">, only: Phases): Plan["estimate"] {
  return plan.left?.[only] ?? plan.estimate;
}

/** Changes that are left after the exclusions, of the phases given. */
export function leftOf(plan: Pick<Plan, "counts" | "excluded">, only: Phases): { create: number; update: number } {
  return {
    create: only === "updates" ? 0 : plan.counts.create - plan.excluded.create,
    update: only === "creates" ? 0 : plan.counts.update - plan.excluded.update,
  };
}

/** `Create 1,204 and update 37 records`, for a button. */
export function applyWords({ create, update }: { create: number; update: number }, fills?: boolean): string {
  if (fills) return `Fill ${manyWords(create, "vector")}`;
  if (update === 0) return `Create ${manyWords(create, "record")}`;
  if (create === 0) return `Update ${manyWords(update, "record")}`;
  return `Create ${create.toLocaleString("en-US")} and update ${manyWords(update, "record")}`;
}
