import fc from "fast-check";
import type { Metadata } from "@/lib/stores/contract";
import type { Rates } from "./estimate/estimate";

const names = ["text", "page", "clearance_level", "tags", "__proto__", "constructor", "", "é", "e\u0301"];
const values = fc.oneof(
  fc.constantFrom("", " ", "a", "b", "1", "é", "e\u0301", "<b>", "=1+1"),
  fc.constantFrom(0, -0, 1, 1.5, 1e21),
  fc.boolean(),
  fc.array(fc.constantFrom("x", "y", ""), { maxLength: 3 }),
);

/** Metadata with few keys and values, so that two of them often agree in some. */
export const anyMetadata: fc.Arbitrary<Metadata> = fc
  .uniqueArray(fc.tuple(fc.constantFrom(...names), values), { selector: ([key]) => key, maxLength: 6 })
  .map((entries) => Object.fromEntries(entries));

/** What a service would make of it: through JSON and back. */
export function throughJson(metadata: Metadata): Metadata {
  return JSON.parse(JSON.stringify(metadata));
}

/** What the services' common tiers allow and cost: what tests and benchmarks estimate by. */
export const commonRates: Rates = {
  sourceDimension: 1536,
  targetDimension: 3072,
  embeddingBatch: 100,
  fetchBatch: 100,
  upsertBatch: 100,
  upsertBytes: 2_000_000,
  listPage: 100,
  requestsPerMinute: 3000,
  tokensPerMinute: 1_000_000,
  requestsPerDay: null,
  upsertsPerSecond: 100,
  fetchesPerSecond: 100,
  listsPerSecond: 200,
  prices: { perMillionTokens: 0.15, perMillionReadUnits: 16, perMillionWriteUnits: 4 },
};
