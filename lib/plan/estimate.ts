import type { Estimate } from "@/lib/shapes/plan";

/** What a plan counted of the records that it would carry. Bytes are of metadata as JSON; tokens are estimated offline. */
export type Workload = {
  sourceIds: number;
  targetIds: number;
  creates: number;
  /** Of these, what can be migrated; all of it is embedded, or none where vectors are copied. */
  written: number;
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
  // Each batch looks at the target right before it is made.
  const checks = Math.ceil(work.written / rates.embeddingBatch);
  const averageMetadata = work.creates === 0 ? 0 : work.metadataBytes / work.creates;
  const recordBytes = rates.targetDimension * floatBytes + averageMetadata + idBytes;
  const upserts = Math.ceil(work.written / recordsPerUpsert(recordBytes, rates));
  const readUnits = lists + Math.ceil(work.creates / 10) + checks;
  const writeUnits = Math.max(work.written * storedKilobytes(averageMetadata, rates), upserts * leastWriteUnits);
  return price(
    {
      texts: work.texts,
      tokens: work.tokens,
      lists,
      fetches: fetches + checks,
      upserts,
      readUnits,
      writeUnits,
      bytes: {
        read: Math.round(
          work.creates * rates.sourceDimension * floatBytes +
            work.metadataBytes +
            (work.sourceIds + work.targetIds) * idBytes,
        ),
        written: Math.round(work.written * recordBytes),
      },
    },
    rates,
  );
}

/** What applying a plan of a mirroring would carry. */
export type MirrorWorkload = {
  creates: number;
  updates: number;
  /** Of all of them, those that are embedded; the others keep the target's vector. */
  texts: number;
  tokens: number;
  metadataBytes: number;
};

/**
 * The same for applying a plan of a mirroring, which lists nothing: each record is read again on both sides before it is written,
 * one that is embedded before that, too, and an update is charged for what it overwrites as well.
 */
export function estimateMirror(work: MirrorWorkload, rates: Rates): Estimate {
  const written = work.creates + work.updates;
  const embeddedUpdates = Math.max(0, work.texts - work.creates);
  const kept = written - work.texts;
  const sourceReads = 2 * work.texts + kept;
  const presentReads = 2 * embeddedUpdates + kept;
  const targetReads = 2 * work.creates + presentReads;
  const averageMetadata = written === 0 ? 0 : work.metadataBytes / written;
  const recordBytes = rates.targetDimension * floatBytes + averageMetadata + idBytes;
  const perUpsert = recordsPerUpsert(recordBytes, rates);
  const upserts = Math.ceil(written / perUpsert);
  const stored = storedKilobytes(averageMetadata, rates);
  const absentReads = Math.ceil((2 * work.creates) / rates.fetchBatch);
  return price(
    {
      texts: work.texts,
      tokens: work.tokens,
      lists: 0,
      fetches: Math.ceil(sourceReads / rates.fetchBatch) + Math.ceil(targetReads / rates.fetchBatch),
      upserts,
      readUnits: Math.ceil(sourceReads / 10) + Math.ceil(presentReads / 10) + absentReads,
      writeUnits: Math.max((written + work.updates) * stored, upserts * leastWriteUnits),
      bytes: {
        read: Math.round(
          sourceReads * (rates.sourceDimension * floatBytes + averageMetadata + idBytes) + presentReads * recordBytes,
        ),
        written: Math.round(written * recordBytes),
      },
    },
    rates,
  );
}

function recordsPerUpsert(recordBytes: number, rates: Rates): number {
  return Math.max(1, Math.min(rates.upsertBatch, Math.floor(rates.upsertBytes / Math.max(1, recordBytes))));
}

function storedKilobytes(metadataBytes: number, rates: Rates): number {
  return Math.ceil((rates.targetDimension * 4 + metadataBytes + idBytes) / 1024);
}

type Work = {
  texts: number;
  tokens: number;
  lists: number;
  fetches: number;
  upserts: number;
  readUnits: number;
  writeUnits: number;
  bytes: Estimate["bytes"];
};

function price(work: Work, rates: Rates): Estimate {
  const { readUnits, writeUnits, fetches, upserts, lists } = work;
  const usd = {
    embedding: (work.tokens / 1e6) * rates.prices.perMillionTokens,
    reads: (readUnits / 1e6) * rates.prices.perMillionReadUnits,
    writes: (writeUnits / 1e6) * rates.prices.perMillionWriteUnits,
  };
  const minutes = Math.max(work.texts / rates.requestsPerMinute, work.tokens / rates.tokensPerMinute);
  const quotaSeconds = Math.max(
    minutes * 60,
    upserts / rates.upsertsPerSecond,
    fetches / rates.fetchesPerSecond,
    lists / rates.listsPerSecond,
  );
  const fullDays = rates.requestsPerDay === null ? 0 : Math.max(0, Math.ceil(work.texts / rates.requestsPerDay) - 1);
  return {
    texts: work.texts,
    tokens: work.tokens,
    usd: { ...usd, total: usd.embedding + usd.reads + usd.writes },
    bytes: work.bytes,
    seconds: Math.ceil(Math.max(quotaSeconds, fullDays * daySeconds)),
    requests: {
      "pinecone.list": lists,
      "pinecone.fetch": fetches,
      "gemini.embed": Math.ceil(work.texts / rates.embeddingBatch),
      "pinecone.upsert": upserts,
    },
    basis:
      `${work.tokens.toLocaleString("en-US")} tokens, estimated offline, at $${rates.prices.perMillionTokens} a million; ` +
      `${readUnits.toLocaleString("en-US")} read units at $${rates.prices.perMillionReadUnits} a million; ` +
      `${writeUnits.toLocaleString("en-US")} write units at $${rates.prices.perMillionWriteUnits} a million. ` +
      "Time is what the quotas allow. Prices of November 2026; the read-back check after the run is not included.",
  };
}
