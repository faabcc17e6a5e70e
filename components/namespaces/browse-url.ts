import { parseAsString, parseAsStringLiteral } from "nuqs/server";
import type { Browse } from "@/components/data/queries";

export const parts = ["all", "left", "complete", "orphans"] as const satisfies readonly Browse["only"][];
export const partTitles: Record<Browse["only"], string> = {
  all: "All namespaces",
  left: "Incomplete",
  complete: "Complete",
  orphans: "Only in the target",
};

/** What is shown of the list, as it stands in the URL. */
export const browseParsers = {
  search: parseAsString.withDefault(""),
  only: parseAsStringLiteral(parts).withDefault("all"),
  sort: parseAsStringLiteral(["name", "source", "target", "difference"] as const).withDefault("name"),
  direction: parseAsStringLiteral(["ascending", "descending"] as const).withDefault("ascending"),
};
