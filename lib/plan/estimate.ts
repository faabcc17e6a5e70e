import type { Estimate } from "@/lib/shapes/plan";

/** What a plan counted of the records that it would carry. Bytes are of metadata as JSON; tokens are estimated offline. */
export type Workload = {
  sourceIds: number;
  targetIds: number;
  creates: number;
  texts: number;
  tokens: number;
  metadataBytes: number;
};

export type Rates = {
  sourceDimension: number;
  targetDimension: number;
  embeddingBatch: number;
  fetchBatch: number;
  upsertBatch: number;
  upsertBytes: number;
  listPage: number;
  requestsPerMinute: number;
  tokensPerMinute: number;
  requestsPerDay: number | null;
  upsertsPerSecond: number;
  fetchesPerSecond: number;
  listsPerSecond: number;
  prices: { perMillionTokens: number; perMillionReadUnits: number; perMillionWriteUnits: number };
};

/** A float in an answer or a request as JSON, with its comma: the services send eight or nine digits. */
const floatBytes = 12;
const idBytes = 40;
/** The service's own floor: at least 5 write units a request. */
const leastWriteUnits = 5;
const daySeconds = 86_400;

/**
 * Tokens, money, bytes, requests and time of carrying a workload. Units and prices as Pinecone and Google publish them
 * (list 1 read unit a call, fetch 1 per 10 records, upsert 1 write unit per KB, at least 5 a request).
 * The time is what the quotas allow, without the services' own latency.
 */
export function estimateWork(work: Workload, rates: Rates): Estimate {
  const pages = (ids: number) => Math.max(1, Math.ceil(ids / rates.listPage));
  const lists = pages(work.sourceIds) + pages(work.targetIds);
  const fetches = Math.ceil(work.creates / rates.fetchBatch);
  const checks = Math.ceil(work.texts / rates.embeddingBatch);
  const embeds = Math.ceil(work.texts / rates.embeddingBatch);
  const averageMetadata = work.creates === 0 ? 0 : work.metadataBytes / work.creates;
  const recordBytes = rates.targetDimension * floatBytes + averageMetadata + idBytes;
  const perUpsert = Math.max(1, Math.min(rates.upsertBatch, Math.floor(rates.upsertBytes / Math.max(1, recordBytes))));
  const upserts = Math.ceil(work.texts / perUpsert);
  const readUnits = lists + Math.ceil(work.creates / 10) + checks;
  const storedKilobytes = Math.ceil((rates.targetDimension * 4 + averageMetadata + idBytes) / 1024);
  const writeUnits = Math.max(work.texts * storedKilobytes, upserts * leastWriteUnits);
  const usd = {
    embedding: (work.tokens / 1e6) * rates.prices.perMillionTokens,
    reads: (readUnits / 1e6) * rates.prices.perMillionReadUnits,
    writes: (writeUnits / 1e6) * rates.prices.perMillionWriteUnits,
  };
  const minutes = Math.max(work.texts / rates.requestsPerMinute, work.tokens / rates.tokensPerMinute);
  const quotaSeconds = Math.max(
    minutes * 60,
    upserts / rates.upsertsPerSecond,
    (fetches + checks) / rates.fetchesPerSecond,
    lists / rates.listsPerSecond,
  );
  const fullDays = rates.requestsPerDay === null ? 0 : Math.max(0, Math.ceil(work.texts / rates.requestsPerDay) - 1);
  return {
    texts: work.texts,
    tokens: work.tokens,
    usd: { ...usd, total: usd.embedding + usd.reads + usd.writes },
    bytes: {
      read: Math.round(
        work.creates * rates.sourceDimension * floatBytes +
          work.metadataBytes +
          (work.sourceIds + work.targetIds) * idBytes,
      ),
      written: Math.round(work.texts * recordBytes),
    },
    seconds: Math.ceil(Math.max(quotaSeconds, fullDays * daySeconds)),
    requests: {
      "pinecone.list": lists,
      "pinecone.fetch": fetches + checks,
      "gemini.embed": embeds,
      "pinecone.upsert": upserts,
    },
    basis:
      `${work.tokens.toLocaleString("en-US")} tokens, estimated offline, at $${rates.prices.perMillionTokens} a million; ` +
      `${readUnits.toLocaleString("en-US")} read units at $${rates.prices.perMillionReadUnits} a million; ` +
      `${writeUnits.toLocaleString("en-US")} write units at $${rates.prices.perMillionWriteUnits} a million. ` +
      "Time is what the quotas allow. Prices of November 2026; the read-back check after the run is not included.",
  };
}
