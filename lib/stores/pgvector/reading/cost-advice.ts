import type { Metric } from "../../contract";
import { pageCost } from "../connection/page-cost";
import { quoted } from "../tables/catalog";
import { type Indexed, mostInRow, typeOfIndex } from "../tables/index-statement";

const functions: Record<Metric, (type: "vector" | "halfvec") => string> = {
  cosine: () => "cosine_distance",
  dotproduct: (type) => `${type}_negative_inner_product`,
  euclidean: () => "l2_distance",
};

/** Whether a vector stands beside its row, where the planner counts nothing for reading it. */
export const standsBeside = ({ vector, dimension }: Pick<Indexed, "vector" | "dimension">): boolean =>
  dimension !== null && dimension * (vector.base === "halfvec" ? 2 : 4) > mostInRow;

/** What an operator may set so that the application's search uses the index; Portage sets none of it, as it is theirs. */
export function costAdvice(indexed: Pick<Indexed, "vector" | "dimension">, metric: Metric, database: string): string {
  const type = typeOfIndex(indexed);
  const own = `${quoted(indexed.vector.typeSchema)}.`;
  return `For the application's role: ALTER ROLE ... IN DATABASE ${quoted(database)} SET ${pageCost}; (its new sessions), or SET LOCAL ${pageCost}; in the transaction that searches. A superuser may say instead what comparing a vector costs, which changes only the plans of such searches, until pgvector is updated: ALTER FUNCTION ${own}${functions[metric](type)}(${own}${type}, ${own}${type}) COST 100;`;
}
