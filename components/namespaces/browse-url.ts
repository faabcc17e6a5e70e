import { listParsers } from "@/components/data/list-parsers";
import type { Browse } from "@/components/data/queries";

export const parts = [
  "all",
  "differing",
  "left",
  "in-sync",
  "not-compared",
  "orphans",
] as const satisfies readonly Browse["only"][];
export const partTitles: Record<Browse["only"], string> = {
  all: "All namespaces",
  differing: "Out of sync",
  left: "Records missing",
  "in-sync": "In sync",
  "not-compared": "Edits not compared",
  orphans: "Only in the target",
};

/** What is shown of the list, as it stands in the URL. */
export const browseParsers = listParsers({
  parts,
  part: "all",
  sorts: ["name", "source", "target", "difference"],
  sort: "name",
  direction: "ascending",
});
