import type { Plan, PlanCounts } from "@/lib/shapes/plans/plan";
import { gapSentences, speaksForAll } from "@/lib/shapes/plans/plan-gaps";
import { countWords, manyWords } from "./figures";

/** Where a plan works, in words: the one namespace by name, several by number. */
function placesWords(namespaces: readonly string[]): string {
  const [first] = namespaces;
  if (namespaces.length === 1 && first !== undefined)
    return first === "" ? "the default namespace" : `namespace ${shortName(first)}`;
  return manyWords(namespaces.length, "namespace");
}

/** A name as a sentence can hold it: of a long one its ends, which tell names apart. */
function shortName(name: string): string {
  return name.length <= 64 ? name : `${name.slice(0, 40)}…${name.slice(-12)}`;
}

/** What a plan would do, as terraform says it: changes first, then what is left alone, and that nothing is deleted. */
export function planSentences(
  plan: Pick<Plan, "counts" | "namespaces"> &
    Partial<Pick<Plan, "kind" | "state" | "excluded" | "gaps" | "warnings" | "fills">>,
): string[] {
  if (plan.state === "planning" || plan.state === "failed")
    return ["The analysis isn't finished: what would be changed isn't known."];
  const { unchanged, orphan, problem } = plan.counts;
  const excluded = plan.excluded ?? { create: 0, update: 0 };
  const create = plan.counts.create - excluded.create;
  const update = plan.counts.update - excluded.update;
  const out = excluded.create + excluded.update;
  const where = placesWords(plan.namespaces);
  const sentences: string[] = [];
  if (create + update === 0 && !speaksForAll(plan))
    sentences.push(`There is nothing to write among the records that were listed in ${where}.`);
  else if (create + update === 0 && out > 0) sentences.push(`Nothing will be written in ${where}.`);
  else if (create + update === 0 && plan.kind === "mirror")
    sentences.push(
      problem > 0
        ? `No differences in ${where} that can be applied.`
        : `No differences in ${where}: the target has everything as the source has it.`,
    );
  else if (create + update === 0)
    sentences.push(`No changes in ${where}: there is nothing to ${plan.fills ? "fill" : "create"}.`);
  else if (plan.fills) {
    const will = plan.state === "applied" ? "Applied: the plan was to" : "Portage will";
    sentences.push(
      `${will} fill ${manyWords(create, "vector")} in rows that are there in ${where}; no row is created.`,
    );
  } else {
    const changes = [create > 0 && `create ${countWords(create)}`, update > 0 && `update ${countWords(update)}`];
    const noun = (update || create) === 1 ? "record" : "records";
    const will = plan.state === "applied" ? "Applied: the plan was to" : "Portage will";
    sentences.push(`${will} ${changes.filter(Boolean).join(" and ")} ${noun} in ${where}.`);
  }
  sentences.push(...gapSentences(plan.gaps));
  if (out > 0)
    sentences.push(
      `Of ${manyWords(create + update + out, "change")}, ${countWords(out)} ${out === 1 ? "is" : "are"} excluded and ${out === 1 ? "stays" : "stay"} unchanged.`,
    );
  if (unchanged > 0)
    sentences.push(
      plan.kind === "mirror"
        ? `${manyWords(unchanged, "record")} ${unchanged === 1 ? "is" : "are"} identical.`
        : plan.fills
          ? `${manyWords(unchanged, "row")} ${unchanged === 1 ? "has a vector and is" : "have a vector and are"} left alone.`
          : `${manyWords(unchanged, "record")} ${unchanged === 1 ? "is" : "are"} already there and left alone.`,
    );
  if (problem > 0)
    sentences.push(
      plan.fills
        ? `${manyWords(problem, "row")} cannot be filled.`
        : `${manyWords(problem, "record")} cannot be migrated.`,
    );
  if (orphan > 0)
    sentences.push(`${countWords(orphan)} ${orphan === 1 ? "exists" : "exist"} only in the target and will be kept.`);
  sentences.push("Nothing will be deleted.");
  return sentences;
}

/** In the order of every picture: what is done, what is to do, what needs a person, and what only the target has. */
export const partNames = ["written", "unchanged", "create", "update", "problem", "orphan"] as const;
export type PartName = (typeof partNames)[number];
export type Parts = Partial<Record<PartName, number>>;

/** The parts that there are, in their order. */
export function partsShown(parts: Parts): PartName[] {
  return partNames.filter((name) => (parts[name] ?? 0) > 0);
}

/** What is neither done nor looked at yet. */
export const remainingWords = "remaining";
/** What was taken out of a plan. */
export const excludedWords = "excluded, kept unchanged";

export const partSigns: Record<PartName, string> = {
  written: "✓",
  create: "+",
  update: "~",
  unchanged: "=",
  orphan: "-",
  problem: "!",
};

/** The same parts, in the words of what is shown: a plan, a run, or a namespace as it stands. */
export const partWords = {
  plan: {
    written: "written",
    create: "to create",
    update: "to update",
    unchanged: "unchanged",
    orphan: "only in target, kept",
    problem: "cannot be migrated",
  },
  /** A migration leaves alone what is there by ID, and looks into none of it. */
  migration: {
    written: "written",
    create: "to create",
    update: "to update",
    unchanged: "already there, left alone",
    orphan: "only in target, kept",
    problem: "cannot be migrated",
  },
  /** A table's own rows get vectors: none is made. */
  fill: {
    written: "filled",
    create: "to fill",
    update: "to update",
    unchanged: "with a vector, left alone",
    orphan: "with a vector and no text, kept",
    problem: "cannot be filled",
  },
  run: {
    written: "written",
    create: "to create",
    update: "to update",
    unchanged: "unchanged",
    orphan: "only in target, kept",
    problem: "skipped, failed or changed since review",
  },
  place: {
    written: "written",
    create: "only in source",
    update: "differ",
    unchanged: "in sync when last compared",
    orphan: "only in target, kept",
    problem: "with a problem",
  },
  /** Documents as they stand: whether they have a level. */
  documents: {
    written: "written",
    create: "without a level",
    update: "with another level",
    unchanged: "with a level",
    orphan: "of other namespaces",
    problem: "unreadable",
  },
  /** What a clearance would do to documents. */
  levels: {
    written: "set",
    create: "to be set",
    update: "to be overwritten",
    unchanged: "left unchanged",
    orphan: "of other namespaces",
    problem: "can't be set",
  },
} as const satisfies Record<string, Record<PartName, string>>;
export type PartTense = keyof typeof partWords;

/** What a plan would do once what was excluded is taken out. */
export function partsOfPlan({ counts, excluded }: { counts: PlanCounts } & Partial<Pick<Plan, "excluded">>): Parts {
  const { create, update, unchanged, orphan, problem } = counts;
  return {
    create: create - (excluded?.create ?? 0),
    update: update - (excluded?.update ?? 0),
    unchanged,
    orphan,
    problem,
  };
}

/** What a list says of a plan's changes that nobody applies any more. */
const overWords: Partial<Record<Plan["state"], string>> = {
  applied: "planned, and applied or excluded",
  superseded: "planned, until a newer plan took its place",
};

/**
 * The line of a plan in a list: what it would still do. Of one that was applied or superseded nothing is to be done any more: what came of it
 * is said by its run or the newer plan, so that it stands in none of the colours.
 */
export function lineOfPlan(plan: Pick<Plan, "counts" | "excluded" | "state">): {
  parts: Parts;
  remaining: number;
  rest: string;
} {
  const { create = 0, update = 0, ...kept } = partsOfPlan(plan);
  const excluded = plan.excluded.create + plan.excluded.update;
  const over = overWords[plan.state];
  return over === undefined
    ? { parts: { create, update, ...kept }, remaining: excluded, rest: excludedWords }
    : { parts: kept, remaining: create + update + excluded, rest: over };
}

/** Parts in one sentence, for those who don't see the picture. */
export function partsSentence(parts: Parts, tense: PartTense, remaining: number, rest: string): string {
  const words = partsShown(parts).map((name) => `${countWords(parts[name] ?? 0)} ${partWords[tense][name]}`);
  if (remaining > 0) words.push(`${countWords(remaining)} ${rest}`);
  const nothing = tense === "documents" || tense === "levels" ? "No documents" : "No records";
  return words.length === 0 ? nothing : words.join(", ");
}
