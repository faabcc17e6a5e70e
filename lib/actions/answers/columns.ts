import { z } from "zod";

export { json } from "@/lib/db/json-column";

/** A timestamp column as ISO 8601 in UTC. */
export const instant = z.coerce.date().transform((at) => at.toISOString());

/** A sum or a `bigint` column, which drivers answer as text. Exact up to 2^53. */
export const amount = z.coerce.number();

/** Text as a `LIKE` pattern that matches it anywhere, wildcards taken literally. */
export function anywhere(text: string): string {
  return `%${text.replace(/[\\%_]/g, (wildcard) => `\\${wildcard}`)}%`;
}
