import type { EgressOfSide } from "@/lib/shapes/runs/estimate";
import type { BySide, Rates, Work } from "./estimate";

/** Bytes that a service bills for leaving it. */
export type Billed = { bytes: number; usd: number; words: string[]; sides: EgressOfSide[] };

/** Of the bytes that are read, those that a service bills, and what it takes for them. */
export function billed(
  read: BySide,
  { perGbEgress, perGbTargetEgress }: Rates["prices"],
  services: Rates["services"],
): Billed {
  const all: Billed = { bytes: 0, usd: 0, words: [], sides: [] };
  for (const [side, rate] of [
    ["source", perGbEgress ?? null],
    ["target", perGbTargetEgress ?? null],
  ] as const) {
    const bytes = Math.round(read[side]);
    if (rate === null || bytes === 0) continue;
    const usd = rate === 0 ? null : (bytes / 1e9) * rate;
    all.bytes += bytes;
    all.usd += usd ?? 0;
    all.sides.push({ side, service: services?.[side] ?? side, bytes, usd });
  }
  const rate = perGbEgress || perGbTargetEgress;
  if (rate && all.bytes > 0) all.words = [`${gigabytes(all.bytes)} of egress at $${rate} a GB`];
  return all;
}

const gigabytes = (bytes: number) => `${Number((bytes / 1e9).toPrecision(3))} GB`;

/** What the money is made of. What costs nothing isn't counted in anybody's units. */
export function basisOf(
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

/** Of both sides. */
export const sum = ({ source, target }: BySide) => source + target;
const number = (value: number) => value.toLocaleString("en-US");

/** Each kind of request as an operator reads it, with the service's name. */
export function requestLabels({ source, target, embedder }: NonNullable<Rates["services"]>): Record<string, string> {
  return {
    "source.list": `${source} list (source)`,
    "target.list": `${target} list (target)`,
    "source.fetch": `${source} fetch (source)`,
    "target.fetch": `${target} fetch (target)`,
    embed: `${embedder} embed`,
    "target.upsert": `${target} upsert`,
  };
}
