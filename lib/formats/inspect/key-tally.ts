import type { Json } from "../contract";

/** Keys that are told apart; a file with more has values for keys. */
const mostKeys = 200;
const mostExamples = 3;
const exampleLength = 60;

type Seen = { types: Map<string, number>; records: number; examples: Set<string> };

/** Which keys the metadata has, of which types, with examples. */
export class KeyTally {
  readonly #keys = new Map<string, Seen>();
  readonly #other = new Set<string>();

  /** @param floats keys whose value the file keeps as a floating-point number, whole or not */
  add(metadata: ReadonlyMap<string, Json>, floats?: ReadonlySet<string>): void {
    for (const [key, value] of metadata) {
      const seen = this.#seen(key);
      if (seen === null) continue;
      seen.records++;
      const type = floats?.has(key) ? "number" : typeOf(value);
      seen.types.set(type, (seen.types.get(type) ?? 0) + 1);
      if (seen.examples.size < mostExamples) seen.examples.add(shorten(value));
    }
  }

  #seen(key: string): Seen | null {
    const seen = this.#keys.get(key);
    if (seen) return seen;
    if (this.#keys.size >= mostKeys) {
      if (this.#other.size < 10_000) this.#other.add(key);
      return null;
    }
    const fresh: Seen = { types: new Map(), records: 0, examples: new Set() };
    this.#keys.set(key, fresh);
    return fresh;
  }

  result() {
    const keys = [...this.#keys]
      .map(([key, { types, records, examples }]) => ({
        key,
        types: [...types].sort(([, one], [, other]) => other - one).map(([type]) => type),
        records,
        examples: [...examples],
      }))
      .sort((one, other) => other.records - one.records || (one.key < other.key ? -1 : 1));
    return { keys, otherKeys: this.#other.size };
  }
}

function typeOf(value: Json): string {
  if (value === null) return "null";
  if (value instanceof Map) return "object";
  if (Array.isArray(value)) return "list";
  if (typeof value === "bigint" || Number.isInteger(value)) return "integer";
  return typeof value;
}

function shorten(value: Json): string {
  const text = typeof value === "string" || typeof value === "bigint" ? String(value) : JSON.stringify(plain(value));
  return text.length > exampleLength ? `${text.slice(0, exampleLength)}…` : text;
}

function plain(value: Json): unknown {
  if (typeof value === "bigint") return String(value);
  if (Array.isArray(value)) return value.slice(0, 20).map(plain);
  if (value instanceof Map) return Object.fromEntries([...value].slice(0, 20).map(([key, item]) => [key, plain(item)]));
  return value;
}
