import { parseAsString, parseAsStringLiteral } from "nuqs";
import type { BrowseDocuments } from "@/components/data/document-queries";

export const parts = ["all", "missing", "complete"] as const satisfies readonly BrowseDocuments["only"][];
export const partTitles: Record<BrowseDocuments["only"], string> = {
  all: "All namespaces",
  missing: "With documents without a level",
  complete: "Every document has a level",
};

/** What is shown of the namespaces, as it stands in the URL. */
export const browseParsers = {
  search: parseAsString.withDefault(""),
  only: parseAsStringLiteral(parts).withDefault("all"),
  sort: parseAsStringLiteral(["name", "documents", "with", "missing"] as const).withDefault("missing"),
  direction: parseAsStringLiteral(["ascending", "descending"] as const).withDefault("descending"),
};
