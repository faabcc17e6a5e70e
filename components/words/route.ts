import type { Connection } from "@/lib/shapes/route";

/** What a connection can be in a route. */
export function abilityWords({ role, reads, writes }: Pick<Connection, "role" | "reads" | "writes">): string {
  if (role === "embedder") return "Embedder";
  return reads && writes ? "Source or target" : writes ? "Target" : "Source";
}
