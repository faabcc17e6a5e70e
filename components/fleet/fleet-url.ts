import { parseAsString, parseAsStringLiteral } from "nuqs";
import type { FleetBrowse } from "@/components/data/fleet-queries";
import { fleetStates } from "@/lib/shapes/names";

export const fleetTabs = ["namespaces", "schedules"] as const;

/** What is shown of the fleet, as it stands in the URL. */
export const fleetParsers = {
  tab: parseAsStringLiteral(fleetTabs).withDefault("namespaces"),
  search: parseAsString.withDefault(""),
  state: parseAsStringLiteral(fleetStates),
  sort: parseAsStringLiteral(["state", "name", "out-of-sync", "orphan", "analysed"] as const).withDefault("state"),
  direction: parseAsStringLiteral(["ascending", "descending"] as const).withDefault("ascending"),
  /** The namespace that is open. */
  namespace: parseAsString,
  /** The schedule that is open; `new` for one that is being set. */
  schedule: parseAsString,
  /** The namespace that a new schedule begins with. */
  for: parseAsString,
};

/** Sorting by a heading: names and states begin at the first, counts at the largest; a second time turns it round. */
export function nextFleetSort(
  browse: Pick<FleetBrowse, "sort" | "direction">,
  sort: FleetBrowse["sort"],
): Pick<FleetBrowse, "sort" | "direction"> {
  if (browse.sort === sort) return { sort, direction: browse.direction === "ascending" ? "descending" : "ascending" };
  return { sort, direction: sort === "out-of-sync" || sort === "orphan" ? "descending" : "ascending" };
}
