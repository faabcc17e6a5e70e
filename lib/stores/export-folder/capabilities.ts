import { type FailureCode, ServiceFailure } from "@/lib/failures";
import { longestId } from "@/lib/formats/export-folder/record";
import type { StoreCapabilities } from "../contract";

export const service = "Export folder";

/** Bounded by the memory that a page of records takes. */
export const exportCapabilities = (): StoreCapabilities => ({
  listing: "byte-ordered",
  visibility: "immediate",
  count: "exact",
  metadata: "json",
  metrics: ["cosine", "dotproduct", "euclidean"],
  limits: {
    fetchIds: 500,
    fetchBytes: 2_000_000,
    listPage: 5000,
    upsertRecords: 1000,
    upsertBytes: 16_000_000,
    metadataBytes: 8_000_000,
    // A character takes at most three bytes.
    idLength: Math.floor(longestId / 3),
    dimensions: 100_000,
  },
});

/** A refusal of our own. */
export function refusal(code: FailureCode, operation: string, message: string, next?: string): ServiceFailure {
  return new ServiceFailure({ code, service, operation, message, ...(next !== undefined && { next }) });
}
