import type { CallOptions, Metric, Place, VectorTarget } from "../contract";
import { accept, sizeOfRecord } from "./accept";
import { ensureIndex } from "./ensure-index";
import { refusal } from "./failures";
import { type FinishedIndex, finishIndex } from "./finish-index";
import { type Planned, planned } from "./planned";
import type { IndexSettings } from "./settings";
import { createSource, type Opened, type PgvectorOptions } from "./source";
import { writeRecords } from "./upsert";

/** A target that says more of its index than the contract asks. */
export type PgvectorTarget = VectorTarget & {
  /** The SQL that {@link VectorTarget.ensureIndex} and `complete` will run, and the memory that building takes. */
  planned(
    shape: { name: string; dimension: number; metric: Metric; rows: number },
    options?: CallOptions,
  ): Promise<Planned>;

  finishIndex(place: Place, options?: CallOptions): Promise<FinishedIndex>;
};

/** Everything that a source is, and writing: whole records, or the vectors of an application's rows. */
export function createTarget(opened: Opened, options: PgvectorOptions, index: IndexSettings): PgvectorTarget {
  const source = createSource(opened, options);
  const { sessions, tables } = opened;
  return {
    ...source,
    ensureIndex: (shape, given = {}) => ensureIndex(opened, options, shape, given),
    upsert: async ({ index: name, namespace }, records, { signal } = {}) => {
      const call = { operation: "upsert", signal };
      if (records.length === 0) return { accepted: [], rejected: [], receipt: null };
      return tables.using(call, name, (layout) => {
        const accepted = accept(layout, source.can, records);
        if (layout.dimension === null) tables.forget(name);
        return sessions.ask(call, (asking) => writeRecords(asking, layout, namespace, accepted));
      });
    },
    settle: async (_place, _receipt, { signal } = {}) => {
      if (signal?.aborted) throw refusal("aborted", "settle", "The call was cancelled");
      return true;
    },
    sizeOf: sizeOfRecord,
    complete: async (place, given) => {
      const { used, query, note } = await finishIndex(opened, options, index, place, given);
      if (used !== "no") return;
      throw refusal(
        "conflict",
        "complete",
        `The index of ${place.index} stands, and the server doesn't use it for ${query}`,
        note ?? "Look at the query's plan with EXPLAIN.",
      );
    },
    planned: (shape, given) => planned(opened, options, index, shape, given),
    finishIndex: (place, given) => finishIndex(opened, options, index, place, given),
  };
}
