import { createHash } from "node:crypto";
import type { InspectedCollection } from "../../shapes/routes/inspection";
import type { FileCollection, FileRecord, Json } from "../contract";
import { jsonBytes } from "./json-bytes";
import { KeyTally } from "./key-tally";
import { scriptOf } from "./script-of";

/** Bytes of metadata that a Pinecone record takes (its documentation, "40 KB of metadata per record"). */
const pineconeMetadataBytes = 40 * 1024;
/** Digests kept to find texts and IDs that are there twice: 32 MB or so. Beyond, it isn't told. */
const mostDigests = 2_000_000;

export type TextMeter = {
  model: string;
  /** Tokens of a text, estimated. */
  tokens(text: string): number;
  /** Tokens that the model reads of a text; `null`: not known. */
  limit: number | null;
  usdPerMillionTokens: number;
  /** Length of its vectors. */
  dimension: number;
  /** Where it would be written: the service, and its price of a million units of 1 KB; `null`: it counts none. */
  writesTo: { service: string; usdPerMillionWriteUnits: number | null };
};

/** What is known of a collection before its records go by. */
export type Inspected = Pick<FileCollection, "name" | "within" | "metric" | "faults">;

/** Counts what a collection holds while its records go by. Memory: bounded, whatever their number. */
export class Tally {
  readonly #collection: Inspected;
  readonly #meter: TextMeter;
  readonly #keys = new KeyTally();
  readonly #dimensions = new Map<number, number>();
  readonly #scripts = new Map<string, number>();
  readonly #texts = new Digests();
  readonly #ids = new Digests();
  readonly #sums = {
    records: 0,
    withVector: 0,
    withText: 0,
    withoutTextAndVector: 0,
    notVectors: 0,
    invalidVectors: 0,
    nestedMetadata: 0,
    largeMetadata: 0,
  };
  readonly #embedding = { texts: 0, tokens: 0, tooLong: 0 };
  readonly #writing = { units: 0, bytes: 0 };
  #largestMetadata: { bytes: number; id: string } | null = null;
  #longestText: { characters: number; id: string } | null = null;
  #longestId = 0;
  #notAscii = 0;
  #numbered = 0;

  constructor(collection: Inspected, meter: TextMeter) {
    this.#collection = collection;
    this.#meter = meter;
  }

  add(record: FileRecord): void {
    const { id, text, values, metadata, floats, notAVector, numbered } = record;
    this.#sums.records++;
    if (notAVector) this.#sums.notVectors++;
    if (numbered) this.#numbered++;
    if (values !== null) this.#addVector(values);
    if (text !== null && text.trim() !== "") this.#addText(id, text);
    else if (values === null) this.#sums.withoutTextAndVector++;
    this.#addId(id);
    this.#keys.add(metadata, floats);
    const bytes = jsonBytes(metadata);
    this.#addWriting(record, bytes);
    if (bytes > (this.#largestMetadata?.bytes ?? -1)) this.#largestMetadata = { bytes, id };
    if (bytes > pineconeMetadataBytes) this.#sums.largeMetadata++;
    if ([...metadata.values()].some(isNested)) this.#sums.nestedMetadata++;
  }

  /** The text is written among the metadata, where it can be found and embedded again. */
  #addWriting({ id, text, values }: FileRecord, metadataBytes: number): void {
    const numbers = values?.length ?? this.#meter.dimension;
    const bytes = numbers * 4 + metadataBytes + Buffer.byteLength(text ?? "") + Buffer.byteLength(id);
    this.#writing.bytes += bytes;
    this.#writing.units += Math.max(1, Math.ceil(bytes / 1024));
  }

  #addVector(values: Float32Array): void {
    this.#sums.withVector++;
    this.#dimensions.set(values.length, (this.#dimensions.get(values.length) ?? 0) + 1);
    if (!values.every(Number.isFinite) || values.every((value) => value === 0)) this.#sums.invalidVectors++;
  }

  #addText(id: string, text: string): void {
    this.#sums.withText++;
    this.#texts.add(text);
    if (text.length > (this.#longestText?.characters ?? -1)) this.#longestText = { characters: text.length, id };
    const tokens = this.#meter.tokens(text);
    this.#embedding.texts++;
    this.#embedding.tokens += Math.min(tokens, this.#meter.limit ?? tokens);
    if (tokens > (this.#meter.limit ?? tokens)) this.#embedding.tooLong++;
  }

  #addId(id: string): void {
    this.#ids.add(id);
    this.#longestId = Math.max(this.#longestId, id.length);
    if (/[^ -~]/.test(id)) this.#notAscii++;
    const script = scriptOf(id);
    this.#scripts.set(script, (this.#scripts.get(script) ?? 0) + 1);
  }

  /** @param firstOf how many records there are, where not all of them went by */
  result(damaged: string | null, firstOf: number | null): InspectedCollection {
    const { name, within, metric, faults } = this.#collection;
    const { model, usdPerMillionTokens, writesTo } = this.#meter;
    const { service, usdPerMillionWriteUnits: price } = writesTo;
    const byCount = <Item extends { records: number }>(items: Item[]) =>
      items.sort((one, other) => other.records - one.records);
    return {
      name,
      within,
      metric,
      firstOf,
      ...this.#sums,
      dimensions: byCount([...this.#dimensions].map(([dimension, records]) => ({ dimension, records }))),
      ...this.#keys.result(),
      largestMetadata: this.#largestMetadata,
      longestText: this.#longestText,
      ids: {
        longest: this.#longestId,
        notAscii: this.#notAscii,
        scripts: byCount([...this.#scripts].map(([script, records]) => ({ script, records }))),
        duplicates: this.#ids.repeated ?? 0,
      },
      duplicateTexts: this.#texts.repeated,
      embedding: { ...this.#embedding, usd: (this.#embedding.tokens / 1_000_000) * usdPerMillionTokens, model },
      writing: {
        to: service,
        bytes: this.#writing.bytes,
        units: price === null ? 0 : this.#writing.units,
        usd: (this.#writing.units / 1_000_000) * (price ?? 0),
      },
      faults: [...faults, ...this.#faults()],
      damaged,
    };
  }

  /** What the records themselves show to stand in the way. */
  #faults(): string[] {
    const count = (value: number, one: string, more: string) =>
      `${value.toLocaleString("en-US")} ${value === 1 ? one : more}`;
    const duplicates = this.#ids.repeated ?? 0;
    return [
      ...(this.#dimensions.size > 1
        ? [
            `Its vectors have ${this.#dimensions.size} lengths (${[...this.#dimensions.keys()].sort((a, b) => a - b).join(", ")}): one index takes one.`,
          ]
        : []),
      ...(this.#sums.invalidVectors > 0
        ? [
            `${count(this.#sums.invalidVectors, "vector holds", "vectors hold")} values that aren't finite, or only zeros.`,
          ]
        : []),
      ...(this.#sums.notVectors > 0
        ? [
            `${count(this.#sums.notVectors, "record holds", "records hold")} something where a vector belongs that is no list of numbers.`,
          ]
        : []),
      ...(this.#numbered > 0
        ? [
            `${count(this.#numbered, "record has no ID and is", "records have no ID and are")} called by the row's number: another one once a row before it comes or goes.`,
          ]
        : []),
      ...(duplicates > 0 ? [`${count(duplicates, "record has", "records have")} the ID of another.`] : []),
      ...(this.#sums.withoutTextAndVector > 0
        ? [`${count(this.#sums.withoutTextAndVector, "record has", "records have")} neither text nor vector.`]
        : []),
    ];
  }
}

/** Which texts were seen before, by 64 bits of their digest: among two million, a false match comes once in some ten million times. */
class Digests {
  #seen: Set<bigint> | null = new Set();
  #repeated = 0;

  add(text: string): void {
    if (this.#seen === null) return;
    const digest = createHash("sha256").update(text).digest().readBigUInt64LE(0);
    if (this.#seen.has(digest)) this.#repeated++;
    else this.#seen.add(digest);
    if (this.#seen.size > mostDigests) this.#seen = null;
  }

  /** `null`: there were too many to tell. */
  get repeated(): number | null {
    return this.#seen === null ? null : this.#repeated;
  }
}

function isNested(value: Json): boolean {
  if (value === null || value instanceof Map) return true;
  return Array.isArray(value) && value.some((item) => typeof item !== "string");
}
