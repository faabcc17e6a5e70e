import type { ChangeKind } from "@/lib/shapes/change";
import type { Plan } from "@/lib/shapes/plan";
import type { PartTense } from "./plan";

/** How a plan and its changes are spoken of: over vectors there are records with two sides, over documents one document and one field. */
export type Terms = {
  one: "record" | "document";
  /** The five parts of its picture. */
  tense: Extract<PartTense, "plan" | "levels">;
  /** Kinds of change that there may be, in the order of their tabs. */
  kinds: readonly ChangeKind[];
  tabs: Record<ChangeKind, string>;
  lists: Record<ChangeKind, string>;
  phases: Record<"both" | "creates" | "updates", string>;
  /** Planning it once more. */
  again: string;
  planned: string;
  sides: { source: string; target: string; afterCreate: string; description: string };
};

const ofRecords: Terms = {
  one: "record",
  tense: "plan",
  kinds: ["create", "update", "orphan", "problem"],
  tabs: { create: "Phase A: creates", update: "Phase B: updates", orphan: "Orphans", problem: "Problems" },
  lists: { create: "Creates", update: "Updates", orphan: "Orphans", problem: "Problems" },
  phases: { both: "Creates and updates", creates: "Creates only", updates: "Updates only" },
  again: "Analyse again",
  planned: "Analysed",
  sides: {
    source: "Source",
    target: "Target",
    afterCreate: "Target, as it will be written",
    description: "Metadata of both sides, source left, target right",
  },
};

const ofDocuments: Terms = {
  one: "document",
  tense: "levels",
  kinds: ["create", "update", "problem"],
  tabs: { create: "To be set", update: "To be overwritten", orphan: "Others", problem: "Problems" },
  lists: {
    create: "Documents to be set",
    update: "Documents to be overwritten",
    orphan: "Other documents",
    problem: "Problems",
  },
  phases: { both: "Set and overwrite", creates: "Set only", updates: "Overwrite only" },
  again: "Plan again",
  planned: "Planned",
  sides: {
    source: "Now",
    target: "After applying",
    afterCreate: "After applying",
    description: "The document as it is now on the left, as it will be on the right",
  },
};

export function termsOf(plan: Pick<Plan, "kind">): Terms {
  return plan.kind === "clearance" ? ofDocuments : ofRecords;
}
