import type { Estimate } from "@/lib/shapes/plans/plan";
import { jsonFloatBytes } from "@/lib/stores/kind";
import { basisOf, billed, requestLabels, sum } from "./estimate-words";

/** What a plan counted of the records that it would write. Bytes are of metadata as JSON; tokens are estimated offline. */
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
  /** Read units of the source, and of the target where that has another price. */
  prices: {
    perMillionTokens: number;
    perMillionReadUnits: number;
    perMillionTargetReadUnits?: number | undefined;
    perMillionWriteUnits: number;
    /** US dollars per GB that the source answers, and the target; `null`: not billed. Left out of plans of earlier versions. */
    perGbEgress?: number | null | undefined;
    perGbTargetEgress?: number | null | undefined;
  };
  /** Bytes of a vector's number as each side sends it; left out of plans of earlier versions, which took JSON for granted. */
  floatBytes?: BySide | undefined;
  /** Whose requests they are, as an operator reads it; left out of plans of earlier versions. */
  services?: { source: string; target: string; embedder: string } | undefined;
};

const asJson = { source: jsonFloatBytes, target: jsonFloatBytes };
const idBytes = 40;
/** The service's own floor: at least 5 write units a request. */
const leastWriteUnits = 5;
const daySeconds = 86_400;

/**
 * Tokens, money, bytes, requests and time of writing a workload. Units and prices as Pinecone and Google publish them
 * (list 1 read unit a call, fetch 1 per 10 records, upsert 1 write unit per KB, at least 5 a request).
 * The time is what the quotas allow, without the services' own latency.
 */
export function estimateWork(work: Workload, rates: Rates): Estimate {
  const { floatBytes = asJson } = rates;
  const pages = (ids: number) => Math.max(1, Math.ceil(ids / rates.listPage));
  const lists = { source: pages(work.sourceIds), target: pages(work.targetIds) };
  const fetches = Math.ceil(work.creates / rates.fetchBatch);
  // Each batch looks at the target right before it is made.
  const checks = Math.ceil(work.written / rates.embeddingBatch);
  const averageMetadata = work.creates === 0 ? 0 : work.metadataBytes / work.creates;
  const recordBytes = rates.targetDimension * floatBytes.target + averageMetadata + idBytes;
  const upserts = Math.ceil(work.written / recordsPerUpsert(recordBytes, rates));
  const readUnits = { source: lists.source + Math.ceil(work.creates / 10), target: lists.target + checks };
  const writeUnits = Math.max(work.written * storedKilobytes(averageMetadata, rates), upserts * leastWriteUnits);
  return price(
    {
      texts: work.texts,
      tokens: work.tokens,
      lists,
      fetches: { source: fetches, target: checks },
      upserts,
      readUnits,
      writeUnits,
      read: {
        source:
          work.creates * (rates.sourceDimension * floatBytes.source + idBytes) +
          work.metadataBytes +
          work.sourceIds * idBytes,
        target: work.targetIds * idBytes,
      },
      written: Math.round(work.written * recordBytes),
    },
    rates,
  );
}

/** What applying a plan of a mirroring would write. */
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
  const { floatBytes = asJson } = rates;
  const written = work.creates + work.updates;
  const embeddedUpdates = Math.max(0, work.texts - work.creates);
  const kept = written - work.texts;
  const sourceReads = 2 * work.texts + kept;
  const presentReads = 2 * embeddedUpdates + kept;
  const targetReads = 2 * work.creates + presentReads;
  const averageMetadata = written === 0 ? 0 : work.metadataBytes / written;
  const recordBytes = rates.targetDimension * floatBytes.target + averageMetadata + idBytes;
  const perUpsert = recordsPerUpsert(recordBytes, rates);
  const upserts = Math.ceil(written / perUpsert);
  const stored = storedKilobytes(averageMetadata, rates);
  const absentReads = Math.ceil((2 * work.creates) / rates.fetchBatch);
  return price(
    {
      texts: work.texts,
      tokens: work.tokens,
      lists: { source: 0, target: 0 },
      fetches: {
        source: Math.ceil(sourceReads / rates.fetchBatch),
        target: Math.ceil(targetReads / rates.fetchBatch),
      },
      upserts,
      readUnits: { source: Math.ceil(sourceReads / 10), target: Math.ceil(presentReads / 10) + absentReads },
      writeUnits: Math.max((written + work.updates) * stored, upserts * leastWriteUnits),
      read: {
        source: sourceReads * (rates.sourceDimension * floatBytes.source + averageMetadata + idBytes),
        target: presentReads * recordBytes,
      },
      written: Math.round(written * recordBytes),
    },
    rates,
  );
}

/** What a read-back check reads: both listings whole, and on both sides the records that it compares. */
export type ReadBack = { sourceIds: number; targetIds: number; namespaces: number; compared: number };

/** The same of a read-back check, which embeds and writes nothing; of its bytes the metadata isn't known before. */
export function estimateReadBack({ sourceIds, targetIds, namespaces, compared }: ReadBack, rates: Rates): Estimate {
  const { floatBytes = asJson } = rates;
  const pages = (ids: number) => Math.max(namespaces, Math.ceil(ids / rates.listPage));
  const lists = { source: pages(sourceIds), target: pages(targetIds) };
  const fetches = Math.ceil(compared / rates.fetchBatch);
  const units = Math.ceil(compared / 10);
  return price(
    {
      texts: 0,
      tokens: 0,
      lists,
      fetches: { source: fetches, target: fetches },
      upserts: 0,
      readUnits: { source: lists.source + units, target: lists.target + units },
      writeUnits: 0,
      read: {
        source: compared * (rates.sourceDimension * floatBytes.source + idBytes) + sourceIds * idBytes,
        target: compared * (rates.targetDimension * floatBytes.target + idBytes) + targetIds * idBytes,
      },
      written: 0,
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

export type BySide = { source: number; target: number };
/** What a plan comes to, by side. */
export type Work = {
  texts: number;
  tokens: number;
  lists: BySide;
  fetches: BySide;
  upserts: number;
  readUnits: BySide;
  writeUnits: number;
  /** Bytes. */
  read: BySide;
  written: number;
};

function price(work: Work, rates: Rates): Estimate {
  const { readUnits, writeUnits, fetches, upserts, lists } = work;
  const { prices } = rates;
  const targetReads = prices.perMillionTargetReadUnits ?? prices.perMillionReadUnits;
  const egress = billed(work.read, prices, rates.services);
  const usd = {
    embedding: (work.tokens / 1e6) * prices.perMillionTokens,
    reads: (readUnits.source * prices.perMillionReadUnits + readUnits.target * targetReads) / 1e6,
    writes: (writeUnits / 1e6) * prices.perMillionWriteUnits,
    egress: egress.usd,
  };
  const minutes = Math.max(work.texts / rates.requestsPerMinute, work.tokens / rates.tokensPerMinute);
  const quotaSeconds = Math.max(
    minutes * 60,
    upserts / rates.upsertsPerSecond,
    sum(fetches) / rates.fetchesPerSecond,
    sum(lists) / rates.listsPerSecond,
  );
  const fullDays = rates.requestsPerDay === null ? 0 : Math.max(0, Math.ceil(work.texts / rates.requestsPerDay) - 1);
  return {
    texts: work.texts,
    tokens: work.tokens,
    usd: { ...usd, total: usd.embedding + usd.reads + usd.writes + usd.egress },
    bytes: { read: Math.round(sum(work.read)), written: work.written, egress: egress.bytes },
    egress: egress.sides,
    seconds: Math.ceil(Math.max(quotaSeconds, fullDays * daySeconds)),
    requests: {
      "source.list": lists.source,
      "target.list": lists.target,
      "source.fetch": fetches.source,
      "target.fetch": fetches.target,
      embed: Math.ceil(work.texts / rates.embeddingBatch),
      "target.upsert": upserts,
    },
    ...(rates.services ? { labels: requestLabels(rates.services) } : {}),
    basis: basisOf(work, prices, targetReads, egress),
  };
}
