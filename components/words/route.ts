import type { Overview } from "@/lib/shapes/overview";
import type { Connection } from "@/lib/shapes/routes/route";

/** What a connection can be in a route. */
export function abilityWords({ role, reads, writes }: Pick<Connection, "role" | "reads" | "writes">): string {
  if (role === "embedder") return "Embedder";
  return reads && writes ? "Source or target" : writes ? "Target" : "Source";
}

/** The dimension that vectors have on the way to the target; `null` while it isn't known. */
export function wantedDimension({ source, embedder }: Pick<Overview, "source" | "embedder">): number | null {
  return embedder === null ? source.dimension : embedder.dimension;
}
