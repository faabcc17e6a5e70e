import {
  createLoader,
  type inferParserType,
  parseAsBoolean,
  parseAsInteger,
  parseAsString,
  parseAsStringLiteral,
} from "nuqs/server";
import type { ChangeFilters } from "@/components/data/mirror-queries";
import { changeKinds, changeSigns } from "@/lib/shapes/names";
import { reasons } from "@/lib/shapes/runs/reason-names";

/** The review as it stands in the URL: the tab, its filters, the row at the top, and the record that is open. */
export const reviewParsers = {
  tab: parseAsStringLiteral(changeKinds),
  find: parseAsString.withDefault(""),
  namespace: parseAsString,
  key: parseAsString,
  sign: parseAsStringLiteral(changeSigns),
  present: parseAsString,
  text: parseAsStringLiteral(["changed", "kept"] as const),
  reason: parseAsStringLiteral(reasons),
  excluded: parseAsBoolean,
  at: parseAsInteger.withDefault(0),
  record: parseAsString,
  in: parseAsString,
  index: parseAsString,
};
export type Review = inferParserType<typeof reviewParsers>;
/** Reads the review from a request's address, on the server. */
export const loadReview = createLoader(reviewParsers);

/** What of the review a list of this kind is asked for: keys, texts and present values are of updates, reasons of problems, exclusions of changes. */
export function filtersOf(asked: Review, kind: ChangeFilters["kind"], search: string): ChangeFilters {
  const updates = kind === "update";
  return {
    kind,
    namespace: asked.namespace,
    search,
    key: updates ? asked.key : null,
    sign: updates ? asked.sign : null,
    present: updates ? asked.present : null,
    textChanged: updates && asked.text !== null ? asked.text === "changed" : null,
    reason: kind === "problem" ? asked.reason : null,
    excluded: updates || kind === "create" ? asked.excluded : null,
  };
}

/** Rows that are fetched ahead of those in the window. */
export const rowsAhead = 60;
