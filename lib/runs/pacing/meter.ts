import type { Config } from "@/lib/config";
import type { Embedder } from "@/lib/embedders/contract";
import { isServiceFailure } from "@/lib/failures";
import type { Answered, VectorRecord, VectorSource, VectorTarget } from "@/lib/stores/contract";
import type { EngineParts } from "../lifecycle/parts";

/** Requests that were answered, and what their reads and writes cost. */
export type Metered = {
  /** Of the source. */
  lists: number;
  fetches: number;
  targetLists: number;
  targetFetches: number;
  embeds: number;
  upserts: number;
  readUsd: number;
  writeUsd: number;
};

const nothing: Metered = {
  lists: 0,
  fetches: 0,
  targetLists: 0,
  targetFetches: 0,
  embeds: 0,
  upserts: 0,
  readUsd: 0,
  writeUsd: 0,
};
/** Read units and write units as Pinecone counts them: see `lib/plan/estimate.ts`. */
const recordsPerReadUnit = 10;
const leastWriteUnits = 5;
const idBytes = 40;

/** Write units of one record: its vector, metadata and ID in KB. */
export function recordUnits(dimension: number, metadataBytes: number): number {
  return Math.ceil((dimension * 4 + metadataBytes + idBytes) / 1024);
}

type Side = "source" | "target";

/** Bytes that the sides answered and bill, and what they cost. */
export type Egress = { source: number; target: number; usd: number };

/** Counts what a segment asks of the services, so that what was spent can be held against what was estimated. */
export class Meter {
  private counted: Metered = { ...nothing };
  /** Write units of records that wait without their numbers. */
  private readonly packedUnits = new WeakMap<VectorRecord, number>();

  /** @param dimension of the vectors that stand in the target */
  constructor(
    private readonly prices: Config["prices"],
    private readonly dimension = 0,
    /** Told of the bytes that a service bills as egress once the call that they came by is answered; their price is in `readUsd`. */
    private readonly onEgress: ((egress: Egress) => Promise<void>) | null = null,
  ) {}

  /** What was counted since this was asked last. */
  take(): Metered {
    const { counted } = this;
    this.counted = { ...nothing };
    return counted;
  }

  /** The same parts, each answered request counted. */
  over(parts: EngineParts): EngineParts {
    const { source, target, embedder } = parts;
    return {
      ...parts,
      source: this.reading(source, "source"),
      target: this.writing(target),
      embedder: this.embedding(embedder),
    };
  }

  private read(side: Side, kind: "list" | "fetch", units: number): void {
    const { perMillionReadUnits, perMillionTargetReadUnits } = this.prices;
    const counters = { list: ["lists", "targetLists"], fetch: ["fetches", "targetFetches"] } as const;
    this.counted[counters[kind][side === "source" ? 0 : 1]]++;
    this.counted.readUsd += (units * (side === "source" ? perMillionReadUnits : perMillionTargetReadUnits)) / 1e6;
  }

  /** Makes a call of a store, counts what its answers are billed as, also of one that failed in the end, and what they cost. */
  private async answers<Answer>(side: Side, call: (answered: Answered) => Promise<Answer>): Promise<Answer> {
    const { perGbEgress, perGbTargetEgress } = this.prices;
    const egress: Egress = { source: 0, target: 0, usd: 0 };
    const answered = (bytes: number) => {
      const usd = (bytes / 1e9) * ((side === "source" ? perGbEgress : perGbTargetEgress) ?? 0);
      egress[side] += bytes;
      egress.usd += usd;
      this.counted.readUsd += usd;
    };
    try {
      return await call(answered);
    } finally {
      if (egress[side] > 0) await this.onEgress?.(egress);
    }
  }

  private reading(store: VectorSource, side: Side): VectorSource {
    const fetched = <Answer extends { records: readonly unknown[] }>(answer: Answer): Answer => {
      this.read(side, "fetch", Math.max(1, Math.ceil(answer.records.length / recordsPerReadUnit)));
      return answer;
    };
    return {
      get can() {
        return store.can;
      },
      service: store.service,
      inspect: (...given) => store.inspect(...given),
      collections: (...given) => store.collections(...given),
      namespaces: (...given) => store.namespaces(...given),
      count: (...given) => store.count(...given),
      listIds: async (place, options) => {
        const page = await this.answers(side, (answered) => store.listIds(place, { ...options, answered }));
        this.read(side, "list", 1);
        return page;
      },
      fetchHeads: async (place, ids, options) =>
        fetched(await this.answers(side, (answered) => store.fetchHeads(place, ids, { ...options, answered }))),
      ...(store.sweepHeads ? { sweepHeads: this.sweeping(store.sweepHeads.bind(store), side) } : {}),
      fetchRecords: async (place, ids, options) =>
        fetched(await this.answers(side, (answered) => store.fetchRecords(place, ids, { ...options, answered }))),
      close: () => store.close(),
    };
  }

  private writing(store: VectorTarget): VectorTarget {
    const reading = this.reading(store, "target");
    return {
      ...reading,
      get can() {
        return store.can;
      },
      ensureIndex: (...given) => store.ensureIndex(...given),
      upsert: async (place, records, options) => {
        const answer = await this.answers("target", (answered) =>
          store.upsert(place, records, { ...options, answered }),
        );
        this.counted.upserts++;
        const units = records.reduce((sum, record) => sum + (this.packedUnits.get(record) ?? unitsOf(record)), 0);
        this.counted.writeUsd += (Math.max(leastWriteUnits, units) * this.prices.perMillionWriteUnits) / 1e6;
        return answer;
      },
      settle: (place, receipt, options) =>
        this.answers("target", (answered) => store.settle(place, receipt, { ...options, answered })),
      ...(store.refusalOf ? { refusalOf: store.refusalOf.bind(store) } : {}),
      ...(store.changeMetadata ? { changeMetadata: this.changing(store.changeMetadata.bind(store)) } : {}),
      ...(store.complete ? { complete: store.complete.bind(store) } : {}),
      ...(store.steps ? { steps: store.steps.bind(store) } : {}),
      ...(store.finish ? { finish: store.finish.bind(store) } : {}),
      ...(store.halves ? { halves: this.pairing(store.halves.bind(store)) } : {}),
      sizeOf: (record) => store.sizeOf(record),
      ...(store.packed ? { packed: this.packing(store.packed.bind(store)) } : {}),
    };
  }

  /** Billed by the namespace's size: as the answer says, else a unit, which is a gigabyte. */
  private sweeping(
    sweep: NonNullable<VectorSource["sweepHeads"]>,
    side: Side,
  ): NonNullable<VectorSource["sweepHeads"]> {
    return async (place, most, options) => {
      const swept = await this.answers(side, (answered) => sweep(place, most, { ...options, answered }));
      this.read(side, "fetch", swept.readUnits ?? 1);
      return swept;
    };
  }

  private packing(pack: NonNullable<VectorTarget["packed"]>): NonNullable<VectorTarget["packed"]> {
    return (record) => {
      const packed = pack(record);
      this.packedUnits.set(packed, unitsOf(record));
      return packed;
    };
  }

  /** Each page lists vectors. */
  private pairing(halves: NonNullable<VectorTarget["halves"]>): NonNullable<VectorTarget["halves"]> {
    return async (place, options) => {
      const page = await this.answers("target", (answered) => halves(place, { ...options, answered }));
      this.read("target", "list", 1);
      return page;
    };
  }

  private changing(change: NonNullable<VectorTarget["changeMetadata"]>): NonNullable<VectorTarget["changeMetadata"]> {
    return async (place, changes, options) => {
      const answer = await this.answers("target", (answered) => change(place, changes, { ...options, answered }));
      this.counted.upserts++;
      // The whole record as it was and as it is, its vector too.
      const units = changes
        .flatMap(({ metadata, before }) => [metadata, before])
        .reduce((sum, one) => sum + recordUnits(this.dimension, Buffer.byteLength(JSON.stringify(one))), 0);
      this.counted.writeUsd += (Math.max(leastWriteUnits, units) * this.prices.perMillionWriteUnits) / 1e6;
      return answer;
    };
  }

  private embedding(embedder: Embedder): Embedder {
    return {
      service: embedder.service,
      space: embedder.space,
      limits: embedder.limits,
      embed: async (...given) => {
        try {
          const answer = await embedder.embed(...given);
          this.counted.embeds++;
          return answer;
        } catch (error) {
          if (isServiceFailure(error) && error.charged) this.counted.embeds++;
          throw error;
        }
      },
      countTokens: (...given) => embedder.countTokens(...given),
      probe: (...given) => embedder.probe(...given),
    };
  }
}

const unitsOf = ({ values, metadata }: VectorRecord) =>
  recordUnits(values.length, Buffer.byteLength(JSON.stringify(metadata)));
