import type { ChangeKind } from "@/lib/shapes/plans/change";
import type { Plan } from "@/lib/shapes/plans/plan";
import type { PartTense } from "./plan";

/** How a plan and its changes are spoken of: over vectors there are records with two sides, over documents one document and one field. */
export type Terms = {
  one: "record" | "document";
  /** The five parts of its picture. */
  tense: Extract<PartTense, "plan" | "migration" | "fill" | "levels">;
  /** Kinds of change that there may be, in the order of their tabs. */
  kinds: readonly ChangeKind[];
  tabs: Record<ChangeKind, string>;
  lists: Record<ChangeKind, string>;
  phases: Record<"both" | "creates" | "updates", string>;
  /** Planning it once more. */
  again: string;
  planned: string;
  sides: {
    before: string;
    after: string /** Shown instead where nothing will be written. */;
    source: string;
    description: string;
    /** The same where nothing will be written. */
    unwritten: string;
  };
};

const ofRecords: Terms = {
  one: "record",
  tense: "plan",
  kinds: ["create", "update", "orphan", "problem"],
  tabs: { create: "New", update: "Updated", orphan: "Only in target", problem: "Can't migrate" },
  lists: {
    create: "New records",
    update: "Updated records",
    orphan: "Records only in the target",
    problem: "Records that can't be migrated",
  },
  phases: { both: "New and updated", creates: "New only", updates: "Updated only" },
  again: "Analyse again",
  planned: "Analysed",
  sides: {
    before: "Target now",
    after: "After applying",
    source: "Source",
    description: "The record in the target now on the left, after applying on the right",
    unwritten: "The record in the target now on the left, in the source on the right",
  },
};

/** A migration only creates: there is nothing to update, and one phase. */
const ofMigration: Terms = {
  ...ofRecords,
  tense: "migration",
  kinds: ["create", "orphan", "problem"],
  again: "Plan again",
};

const ofFill: Terms = {
  ...ofMigration,
  tense: "fill",
  // Every row is its own counterpart.
  kinds: ["create", "problem"],
  tabs: { ...ofMigration.tabs, create: "To be filled", problem: "Can't be filled" },
  lists: { ...ofMigration.lists, create: "Rows that get a vector", problem: "Rows that can't be filled" },
  phases: { both: "Fill", creates: "Fill", updates: "Fill" },
  sides: {
    ...ofMigration.sides,
    before: "Row now",
    source: "Row",
    description: "The row now on the left, after filling on the right",
    unwritten: "The row now",
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
    before: "Now",
    after: "After applying",
    source: "Now",
    description: "The document now on the left, after applying on the right",
    unwritten: "The document now, which is left unchanged",
  },
};

export function termsOf(plan: Pick<Plan, "kind" | "fills">): Terms {
  if (plan.kind === "clearance") return ofDocuments;
  if (plan.fills) return ofFill;
  return plan.kind === "reembed" ? ofMigration : ofRecords;
}
