import { type CeilingKind, type Ceilings, ceilingKinds, type GivenCeilings } from "@/lib/shapes/runs/ceilings";
import { ceilingDollars } from "@/lib/shapes/runs/confirmed-ceilings";

export type Amount = Record<CeilingKind, number>;

export const noCeilings: Ceilings = { maxUsd: null, maxTexts: null, maxRecords: null, maxEgress: null };

const dollars = (usd: number) => `$${Number(usd.toPrecision(2))}`;
const counted = (count: number, noun: string) => `${count.toLocaleString("en-US")} ${noun}${count === 1 ? "" : "s"}`;

const gigabytes = (gb: number) =>
  `${Number(gb.toPrecision(3)).toLocaleString("en-US", { maximumFractionDigits: 9 })} GB of egress`;

/** `$0.05`, `300 texts`, `2.5 GB of egress`. */
export function amountWords(kind: CeilingKind, value: number): string {
  if (kind === "egress") return gigabytes(value);
  return kind === "usd" ? dollars(value) : counted(value, kind === "texts" ? "text" : "record");
}

/** A ceiling as it was set, to the last digit: `$12.35`, `300 texts`. */
export function ceilingWords(kind: CeilingKind, value: number): string {
  return kind === "usd" ? ceilingDollars(value) : amountWords(kind, value);
}

export function ceilingOf(ceilings: Ceilings, kind: CeilingKind): number | null {
  return { usd: ceilings.maxUsd, texts: ceilings.maxTexts, records: ceilings.maxRecords, egress: ceilings.maxEgress }[
    kind
  ];
}

/** What was asked for over what stands, or over the defaults of the configuration. */
export function mergeCeilings(before: Ceilings, given: GivenCeilings): Ceilings {
  const of = (name: keyof Ceilings) => (given[name] === undefined ? before[name] : (given[name] ?? null));
  return {
    maxUsd: of("maxUsd"),
    maxTexts: of("maxTexts"),
    maxRecords: of("maxRecords"),
    maxEgress: of("maxEgress"),
  };
}

/** Whether what was asked for lets a run go further than what stands. */
export function raises(before: Ceilings, given: GivenCeilings): boolean {
  const after = mergeCeilings(before, given);
  const higher = (name: keyof Ceilings) =>
    before[name] !== null && (after[name] === null || after[name] > before[name]);
  return higher("maxUsd") || higher("maxTexts") || higher("maxRecords") || higher("maxEgress");
}

export function isCapped({ maxUsd, maxTexts, maxRecords, maxEgress }: Ceilings): boolean {
  return maxUsd !== null || maxTexts !== null || maxRecords !== null || maxEgress !== null;
}

/** Every ceiling that an amount known beforehand is over, each as half a sentence (`503 texts are more than 300`). */
export function overCeilings(amount: Amount, ceilings: Ceilings): string[] {
  return ceilingKinds.flatMap((kind) => {
    const most = ceilingOf(ceilings, kind);
    if (most === null || amount[kind] <= most) return [];
    if (kind === "usd") return [`about ${dollars(amount.usd)} is more than $${most}`];
    if (kind === "egress") return [`about ${amountWords(kind, amount.egress)} is more than ${most} GB`];
    return [
      `${amountWords(kind, amount[kind])} ${amount[kind] === 1 ? "is" : "are"} more than ${most.toLocaleString("en-US")}`,
    ];
  });
}

/** The first ceiling that leaves no room for an amount beside what is taken, or that is passed already, as reads are counted once they came; or `null`. */
export function ceilingHit(taken: Amount, more: Amount, ceilings: Ceilings): CeilingKind | null {
  for (const kind of ["records", "texts", "usd", "egress"] as const) {
    const most = ceilingOf(ceilings, kind);
    if (most !== null && taken[kind] + more[kind] > most) return kind;
  }
  return null;
}

/** The lower of two ceilings of each kind. */
export function lowerCeilings(one: Ceilings, other: Ceilings): Ceilings {
  const of = (name: keyof Ceilings) =>
    one[name] === null || other[name] === null ? (one[name] ?? other[name]) : Math.min(one[name], other[name]);
  return {
    maxUsd: of("maxUsd"),
    maxTexts: of("maxTexts"),
    maxRecords: of("maxRecords"),
    maxEgress: of("maxEgress"),
  };
}
