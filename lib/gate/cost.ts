import { estimateTokens } from "@/lib/plan/estimate/tokens";
import type { GateCost, GateSpent } from "@/lib/shapes/cut-over/gate-cost";
import { repeated, warmUp } from "./ask";
import { missingModels } from "./questions";
import { questionUnits } from "./read-meter";
import { remadeTexts } from "./run-gate";
import type { GateInput, GateSide, NamespacePair } from "./sides";
import { sweptQuestions, sweptValues } from "./sweep";

/** US dollars; of egress by GB, `null` where it isn't billed. */
export type GatePrices = {
  source: { perMillionReadUnits: number; perGbEgress: number | null; perMillionTokens: number };
  target: { perMillionReadUnits: number; perGbEgress: number | null; perMillionTokens: number };
};
/** Records by namespace, each as its side calls it. */
export type GateCounts = { source: ReadonlyMap<string, number>; target: ReadonlyMap<string, number> };

const sides = ["source", "target"] as const;
/** What isn't known before it is read: bytes of a record's metadata, of an ID, of a float in an answer; tokens of a passage and of a whole text. */
const guessed = { metadata: 1000, id: 40, float: 12, passage: 40, text: 500 };
/** Products that this process adds up in a second, and seconds that a question takes. See docs/performance.md. */
const productsPerSecond = 1e9;
const perQuestion = 0.05;

/** Bytes of a namespace as its store keeps it. */
export const storedBytes = (records: number, dimension: number | null) =>
  records * ((dimension ?? 0) * 4 + guessed.metadata + guessed.id);

/** What the gate is going to cost, before anything is asked. */
export function gateCost(
  input: GateInput,
  counts: GateCounts,
  prices: GatePrices,
  rates: { listsPerSecond: number; fetchesPerSecond: number },
): GateCost {
  const noModels = missingModels(input);
  if (noModels.length > 0) return nothingAsked(noModels);
  const { settings, copied, given, namespaces } = input;
  const total = (name: (typeof sides)[number]) =>
    namespaces.reduce((sum, pair) => sum + (counts[name].get(pair[name]) ?? 0), 0);
  const records = { source: total("source"), target: total("target") };
  const sampled = settings.queries === "file" ? 0 : Math.min(settings.n, records.source);
  const n = settings.queries === "file" ? Math.min(given.length, settings.n) : sampled;
  const texts = textsOf(input, n);
  const perSide = (name: (typeof sides)[number]) => {
    const { store, shape } = input[name];
    const { listPage, fetchIds } = store.can.limits;
    const own = records[name];
    const again = name === "source" ? sampled : copied ? 0 : sampled;
    const pages = (name === "source" && sampled > 0 ? 2 : 1) * namespaces.length + Math.floor(own / listPage);
    const asked = n === 0 ? 0 : n + Math.min(n, warmUp) + Math.min(n, repeated) + sweptOf(input[name], n);
    const dimension = shape.dimension ?? 0;
    const perRecord = dimension * guessed.float + guessed.metadata + guessed.id;
    return {
      asked,
      units: pages + Math.ceil((own + again) / 10) + asked * meanUnits(namespaces, name, counts, dimension),
      bytes: (own + again) * perRecord + own * guessed.id + asked * settings.k * (guessed.id + guessed.float),
      seconds:
        (n * own * dimension) / productsPerSecond +
        asked * perQuestion +
        pages / rates.listsPerSecond +
        (own + again) / fetchIds / rates.fetchesPerSecond,
    };
  };
  const [source, target] = [perSide("source"), perSide("target")];
  const spent = priced(
    {
      ...{ texts: texts.count, tokens: texts.tokens },
      readUnits: { source: Math.round(source.units), target: Math.round(target.units) },
      bytes: { source: source.bytes, target: target.bytes },
    },
    prices,
  );
  return {
    ...spent,
    asked: { source: source.asked, target: target.asked },
    records,
    tokens: texts.tokens.source + texts.tokens.target,
    seconds: Math.ceil(source.seconds + target.seconds),
    basis: basisOf(spent, texts.tokens, prices),
  };
}

const nothingAsked = (why: readonly string[]): GateCost => {
  const none = { source: 0, target: 0 };
  const spent = { texts: 0, tokens: 0, readUnits: none, egressBytes: 0, usd: { embedding: 0, reads: 0, total: 0 } };
  return { ...spent, asked: none, records: none, seconds: 0, basis: why.join(" ") };
};

/** How often other settings of an index are asked. */
const sweptOf = ({ store }: GateSide, n: number) =>
  store.searchEffort === undefined ? 0 : Math.min(n, sweptQuestions) * sweptValues;

/** Texts that are embedded, with their tokens by whose model takes them. */
function textsOf({ settings, copied, given, source, target }: GateInput, n: number) {
  const own = given.slice(0, n).flatMap(({ text }) => (text === undefined ? [] : [text]));
  const asking =
    settings.queries === "documents"
      ? { count: 0, tokens: 0 }
      : settings.queries === "known-items"
        ? { count: n, tokens: n * guessed.passage }
        : { count: new Set(own).size, tokens: own.reduce((sum, text) => sum + estimateTokens(text), 0) };
  const bySource = source.embedder === null ? 0 : 1;
  // One model on both sides is asked once.
  const byTarget = target.embedder === null || (copied && bySource === 1) ? 0 : 1;
  const remade = copied || target.embedder === null ? 0 : Math.min(remadeTexts, n);
  return {
    count: asking.count * (bySource + byTarget) + remade,
    tokens: { source: asking.tokens * bySource, target: asking.tokens * byTarget + remade * guessed.text },
  };
}

function meanUnits(
  namespaces: readonly NamespacePair[],
  name: "source" | "target",
  counts: GateCounts,
  dimension: number,
): number {
  let [units, records] = [0, 0];
  for (const pair of namespaces) {
    const own = counts[name].get(pair[name]) ?? 0;
    // Questions are spread as the source's records are.
    const weight = counts.source.get(pair.source) ?? 0;
    units += weight * questionUnits(storedBytes(own, dimension));
    records += weight;
  }
  return records === 0 ? questionUnits(0) : units / records;
}

/** What was read and embedded, in money. */
export function priced(
  work: {
    texts: number;
    tokens: { source: number; target: number };
    readUnits: { source: number; target: number };
    bytes: { source: number; target: number };
  },
  prices: GatePrices,
): GateSpent {
  let [embedding, reads, egressBytes] = [0, 0, 0];
  for (const name of sides) {
    const { perMillionReadUnits, perGbEgress, perMillionTokens } = prices[name];
    embedding += (work.tokens[name] / 1e6) * perMillionTokens;
    reads += (work.readUnits[name] / 1e6) * perMillionReadUnits + (work.bytes[name] / 1e9) * (perGbEgress ?? 0);
    if (perGbEgress !== null) egressBytes += Math.round(work.bytes[name]);
  }
  return {
    ...{ texts: work.texts, readUnits: work.readUnits, egressBytes },
    usd: { embedding, reads, total: embedding + reads },
  };
}

function basisOf(spent: GateSpent, tokens: { source: number; target: number }, prices: GatePrices): string {
  const number = (value: number) => value.toLocaleString("en-US");
  const parts = sides.flatMap((name) => {
    const { perMillionReadUnits, perGbEgress, perMillionTokens } = prices[name];
    return [
      ...(tokens[name] > 0
        ? [`${number(tokens[name])} tokens for the ${name}'s model at $${perMillionTokens} a million`]
        : []),
      ...(perMillionReadUnits > 0
        ? [`${number(spent.readUnits[name])} read units of the ${name} at $${perMillionReadUnits} a million`]
        : []),
      ...(perGbEgress ? [`egress of the ${name} at $${perGbEgress} a GB`] : []),
    ];
  });
  const money = parts.length === 0 ? "Nothing of it has a price." : `${parts.join("; ")}.`;
  return `${money} Guessed: ${guessed.passage} tokens a passage, ${guessed.metadata} bytes of metadata a record, ${perQuestion * 1000} ms a question, and ${number(productsPerSecond / 1e6)} million products a second.`;
}
