import { json } from "@/sandbox/http/exchange";
import { bill, type DataRoute, readBody } from "../desk";
import { Refusal } from "../problems";

/**
 * POST /describe_index_stats: counts as statistics know them, which is late. The default namespace's key is `""`, as in the
 * example of the OpenAPI file.
 */
export const stats: DataRoute = (desk) => {
  const { index, exchange, shelf } = desk;
  desk.rates.indexed("describe_index_stats", index.name);
  if (readBody(exchange).filter !== undefined) {
    throw new Refusal(
      "invalid",
      "Serverless and Starter indexes do not support describing index stats with metadata filtering",
    );
  }
  const namespaces: Record<string, { vectorCount: number }> = {};
  let total = 0;
  for (const place of shelf.places(index.name)) {
    const vectorCount = shelf.count(place);
    if (vectorCount <= 0) continue;
    namespaces[place.namespace] = { vectorCount };
    total += vectorCount;
  }
  bill(desk, { read: 1 });
  return json(200, {
    namespaces,
    ...(index.dimension === null ? {} : { dimension: index.dimension }),
    indexFullness: 0,
    totalVectorCount: total,
    metric: index.metric,
    vectorType: index.dimension === null ? "sparse" : "dense",
  });
};
