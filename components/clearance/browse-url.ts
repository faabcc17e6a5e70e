import type { BrowseDocuments } from "@/components/data/document-queries";
import { listParsers } from "@/components/data/list-parsers";

export const parts = ["all", "missing", "complete"] as const satisfies readonly BrowseDocuments["only"][];
export const partTitles: Record<BrowseDocuments["only"], string> = {
  all: "All namespaces",
  missing: "With documents without a level",
  complete: "Every document has a level",
};

/** What is shown of the namespaces, as it stands in the URL. */
export const browseParsers = listParsers({
  parts,
  part: "all",
  sorts: ["name", "documents", "with", "missing"],
  sort: "missing",
  direction: "descending",
});
