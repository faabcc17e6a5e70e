import { z } from "zod";
import type { Estimate } from "@/lib/shapes/plans/plan";

/** How documents are written, and how fast. */
export const documentRatesSchema = z.object({
  batchDocuments: z.number(),
  batchBytes: z.number(),
  /** Documents a second. */
  perSecond: z.number(),
  /** Where `perSecond` comes from: the limit that was set, earlier runs, or no more than what a small server usually takes. */
  from: z.enum(["limit", "measured", "usual"]),
});
export type DocumentRates = z.infer<typeof documentRatesSchema>;

const paceWords: Record<DocumentRates["from"], (perSecond: string) => string> = {
  limit: (perSecond) => `the speed limit of ${perSecond} documents a second`,
  measured: (perSecond) => `the ${perSecond} documents a second of earlier runs`,
  usual: (perSecond) => `a small server's usual ${perSecond} documents a second`,
};

/** Requests, bytes and time of setting one field of so many documents. It costs no money: the server is the operator's own. */
export function estimateDocuments(
  { documents, bytes }: { documents: number; bytes: number },
  { batchDocuments, batchBytes, perSecond, from }: DocumentRates,
): Estimate {
  const bulks = Math.max(Math.ceil(documents / batchDocuments), Math.ceil(bytes / batchBytes));
  const number = (value: number) => Math.round(value).toLocaleString("en-US");
  return {
    texts: 0,
    tokens: 0,
    usd: { embedding: 0, reads: 0, writes: 0, total: 0 },
    bytes: { read: 0, written: bytes },
    seconds: documents / perSecond,
    requests: bulks === 0 ? {} : { "elasticsearch.bulk": bulks },
    labels: { "elasticsearch.bulk": "Elasticsearch bulk" },
    basis:
      documents === 0
        ? "nothing to write"
        : `bulk requests of up to ${number(batchDocuments)} documents, at ${paceWords[from](number(perSecond))}`,
  };
}
