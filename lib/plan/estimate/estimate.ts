import type { Estimate } from "@/lib/shapes/plans/plan";

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
  /** Whose requests they are, as an operator reads it; left out of plans of earlier versions. */
  services?: { source: string; target: string; embedder: string } | undefined;
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
  const lists = { source: pages(work.sourceIds), target: pages(work.targetIds) };
  const fetches = Math.ceil(work.creates / rates.fetchBatch);
  // Each batch looks at the target right before it is made.
  const checks = Math.ceil(work.written / rates.embeddingBatch);
  const averageMetadata = work.creates === 0 ? 0 : work.metadataBytes / work.creates;
  const recordBytes = rates.targetDimension * floatBytes + averageMetadata + idBytes;
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
          work.creates * (rates.sourceDimension * floatBytes + idBytes) + work.metadataBytes + work.sourceIds * idBytes,
        target: work.targetIds * idBytes,
      },
      written: Math.round(work.written * recordBytes),
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
      lists: { source: 0, target: 0 },
      fetches: {
        source: Math.ceil(sourceReads / rates.fetchBatch),
        target: Math.ceil(targetReads / rates.fetchBatch),
      },
      upserts,
      readUnits: { source: Math.ceil(sourceReads / 10), target: Math.ceil(presentReads / 10) + absentReads },
      writeUnits: Math.max((written + work.updates) * stored, upserts * leastWriteUnits),
      read: {
        source: sourceReads * (rates.sourceDimension * floatBytes + averageMetadata + idBytes),
        target: presentReads * recordBytes,
      },
      written: Math.round(written * recordBytes),
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

type BySide = { source: number; target: number };
type Work = {
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
  const egress = billed(work.read, prices);
  const usd = {
    embedding: (work.tokens / 1e6) * prices.perMillionTokens,
    reads: (readUnits.source * prices.perMillionReadUnits + readUnits.target * targetReads) / 1e6 + egress.usd,
    writes: (writeUnits / 1e6) * prices.perMillionWriteUnits,
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
    usd: { ...usd, total: usd.embedding + usd.reads + usd.writes },
    bytes: { read: Math.round(sum(work.read)), written: work.written, egress: Math.round(egress.bytes) },
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

type Billed = { bytes: number; usd: number; words: string[] };

/** Of the bytes that are read, those that a service bills, and what it takes for them. */
function billed(read: BySide, { perGbEgress, perGbTargetEgress }: Rates["prices"]): Billed {
  const all: Billed = { bytes: 0, usd: 0, words: [] };
  for (const [bytes, rate] of [
    [read.source, perGbEgress ?? null],
    [read.target, perGbTargetEgress ?? null],
  ] as const) {
    if (rate === null) continue;
    all.bytes += bytes;
    all.usd += (bytes / 1e9) * rate;
  }
  const rate = perGbEgress || perGbTargetEgress;
  if (rate && all.bytes > 0) all.words = [`${gigabytes(all.bytes)} of egress at $${rate} a GB`];
  return all;
}

const gigabytes = (bytes: number) => `${Number((bytes / 1e9).toPrecision(3))} GB`;

/** What the money is made of. What costs nothing isn't counted in anybody's units. */
function basisOf(
  { tokens, readUnits, writeUnits }: Work,
  prices: Rates["prices"],
  targetReads: number,
  egress: Billed,
): string {
  const sourceReads = prices.perMillionReadUnits;
  const units = (count: number, what: string, usd: number) =>
    usd === 0 ? [] : [`${number(count)} ${what} at $${usd} a million`];
  const priced = [
    ...(tokens === 0 ? [] : [`${number(tokens)} tokens, estimated offline, at $${prices.perMillionTokens} a million`]),
    ...(sourceReads === targetReads
      ? units(sum(readUnits), "read units", sourceReads)
      : [
          ...units(readUnits.source, "read units of the source", sourceReads),
          ...units(readUnits.target, "read units of the target", targetReads),
        ]),
    ...units(writeUnits, "write units", prices.perMillionWriteUnits),
    ...egress.words,
  ];
  const money = priced.length === 0 ? "Nothing of it has a price." : `${priced.join("; ")}.`;
  const unpriced =
    egress.bytes > 0 && egress.usd === 0
      ? ` ${gigabytes(egress.bytes)} of egress without a price: no rate is set.`
      : "";
  return `${money}${unpriced} Time is what the quotas allow. Prices of November 2026; the read-back check after the run is not included.`;
}

const sum = ({ source, target }: BySide) => source + target;
const number = (value: number) => value.toLocaleString("en-US");

/** Each kind of request as an operator reads it, with the service's name. */
function requestLabels({ source, target, embedder }: NonNullable<Rates["services"]>): Record<string, string> {
  return {
    "source.list": `${source} list (source)`,
    "target.list": `${target} list (target)`,
    "source.fetch": `${source} fetch (source)`,
    "target.fetch": `${target} fetch (target)`,
    embed: `${embedder} embed`,
    "target.upsert": `${target} upsert`,
  };
}
