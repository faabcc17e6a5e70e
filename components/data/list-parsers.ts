import { parseAsString, parseAsStringLiteral } from "nuqs/server";

const directions = ["ascending", "descending"] as const;

/** What is shown of a list of namespaces, as it stands in the URL: searched, in part, and in which order. */
export const listParsers = <Part extends string, Sort extends string>(of: {
  parts: readonly Part[];
  part: NoInfer<Part>;
  sorts: readonly Sort[];
  sort: NoInfer<Sort>;
  direction: (typeof directions)[number];
}) => ({
  search: parseAsString.withDefault(""),
  only: parseAsStringLiteral(of.parts).withDefault(of.part),
  sort: parseAsStringLiteral(of.sorts).withDefault(of.sort),
  direction: parseAsStringLiteral(directions).withDefault(of.direction),
});
