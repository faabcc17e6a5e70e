"use client";

import { parseAsStringLiteral } from "nuqs";
import { useRoutes } from "@/components/data/use-routes";
import { SelectOne } from "@/components/ui/filter-bar";

/** How an address says that a list is of all routes. */
export const listedParser = parseAsStringLiteral(["all"] as const);

/** Whether a list is of the page's route or of all; nothing where there is one route only. */
export function RouteFilter({ value, onChange }: { value: "all" | null; onChange(value: "all" | null): void }) {
  const { many, name } = useRoutes();
  if (!many) return null;
  return (
    <SelectOne
      label="Routes"
      of={["own"] as const}
      title={() => `Route ${name}`}
      value={value === "all" ? null : "own"}
      any="All routes"
      onChange={(chosen) => onChange(chosen === null ? "all" : null)}
    />
  );
}
