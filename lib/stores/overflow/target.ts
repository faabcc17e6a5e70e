import type { Step } from "@/lib/shapes/runs/steps";
import type { CallOptions, Fetched, Hit, Place, RecordHead, Rejected, VectorRecord, VectorTarget } from "../contract";
import { refusal } from "../pgvector/connection/failures";
import type { Sessions } from "../pgvector/connection/session";
import { halvesOf } from "./halves";
import { joinHalves } from "./join-halves";
import { type Keep, keptOf, type Row, rowOf } from "./row";
import { countRows, haveRows, readRows, writeRows } from "./rows";
import { standingStatus, statusSteps, writeStatus } from "./status";
import { readStanding, type Standing, stepsOf, type Place as TablePlace } from "./table";

export type Overflow = {
  sessions: Sessions;
  place: TablePlace;
  keep: Keep;
  /** Whether how far a move is is kept there, too, for other tools. */
  status: boolean;
  /** Keys that the target owns: they stay at the vector, and count as they are there. */
  owned: readonly string[];
};

/** A record's whole metadata as JSON; a text beyond it is none. */
const metadataBytes = 8_000_000;
const mostFetched = 500;
/** Bytes of metadata in one statement. */
const statementBytes = 16_000_000;

/**
 * A target made of two: a store that has the vectors with some metadata, and a table of PostgreSQL that has all of it. A record is there when both
 * halves are: one whose other half is missing isn't listed, and so is written again. The row is written before the vector, so that nothing that a
 * search finds is without it.
 */
export function withOverflow(inner: VectorTarget, { sessions, place, keep, status, owned }: Overflow): VectorTarget {
  const { query, explainQuery, searchEffort, complete, finish } = inner;
  const can = {
    ...inner.can,
    metadata: "json" as const,
    limits: { ...inner.can.limits, metadataBytes, fetchIds: Math.min(inner.can.limits.fetchIds, mostFetched) },
  };
  const kept = <R extends RecordHead>(record: R): R => ({
    ...record,
    metadata: keptOf(record.metadata, {
      ...{ keep, always: owned },
      ...{ flat: inner.can.metadata === "flat", bytes: inner.can.limits.metadataBytes },
    }),
  });
  let standing: Standing | null = null;
  const look = async (call: { operation: string; signal?: AbortSignal | undefined }): Promise<Standing | null> => {
    standing ??= await sessions.ask(call, (asking) => readStanding(asking, place));
    return standing;
  };
  /** What makes the tables that aren't there yet. */
  const missing = async (call: { operation: string; signal?: AbortSignal | undefined }): Promise<Step[]> => {
    const own = (await look(call)) ? [] : stepsOf(place);
    if (!status) return own;
    const there = await sessions.ask(call, (asking) => standingStatus(asking, place.schema));
    const others = statusSteps(place.schema).filter(({ table }) => !there.has(table));
    return [...own, ...others.map(({ table: _, ...step }) => step)];
  };
  const joined = async <R extends RecordHead>(at: Place, fetched: Fetched<R>, options?: CallOptions) => {
    const call = { operation: "overflow", signal: options?.signal };
    const table = await look(call);
    const ids = fetched.records.map(({ id }) => id);
    if (table === null || ids.length === 0) return { ...fetched, records: [], missing: [...fetched.missing, ...ids] };
    const rows = await sessions.ask(call, (asking) => readRows(asking, { place, standing: table, ...at }, ids));
    const records: R[] = [];
    const missing = [...fetched.missing];
    for (const record of fetched.records) {
      const row = rows.get(record.id);
      if (row)
        records.push({
          ...record,
          metadata: joinHalves(
            { row, vector: record.metadata, kept: kept({ ...record, metadata: row }).metadata },
            { owned, table: place.table },
          ),
        });
      else missing.push(record.id);
    }
    return { ...fetched, records, missing };
  };

  return {
    can,
    service: inner.service,
    // Until there is the table, too, the target is still to be made.
    inspect: async (index, options) =>
      (await missing(callOf("inspect", options))).length === 0 ? inner.inspect(index, options) : null,
    collections: (...given) => inner.collections(...given),
    namespaces: (...given) => inner.namespaces(...given),
    count: async (at, options) => {
      const vectors = await inner.count(at, options);
      const table = await look(callOf("count", options));
      const of = table && { place, standing: table, ...at };
      const rows = of ? await sessions.ask(callOf("count", options), (asking) => countRows(asking, of)) : 0;
      const notes = [vectors.note, noteOn(vectors.value, rows, place.table)].filter((each) => each !== undefined);
      return {
        value: Math.min(vectors.value, rows),
        exact: vectors.exact,
        ...(notes.length > 0 && { note: notes.join("; ") }),
      };
    },
    listIds: async (at, options) => {
      const call = callOf("listIds", options);
      const table = await look(call);
      if (table === null) return { ids: [], next: null };
      const page = await inner.listIds(at, options);
      if (page.ids.length === 0) return page;
      const both = await sessions.ask(call, (asking) => haveRows(asking, { place, standing: table, ...at }, page.ids));
      return { ...page, ids: page.ids.filter((id) => both.has(id)) };
    },
    fetchHeads: async (at, ids, options) => joined(at, await inner.fetchHeads(at, ids, options), options),
    fetchRecords: async (at, ids, options) => joined(at, await inner.fetchRecords(at, ids, options), options),
    ...(query && {
      query: async (at, question, options) => {
        const hits = await query.call(inner, at, question, options);
        return question.metadata ? withRows(at, hits, options) : hits;
      },
    }),
    ...(explainQuery && { explainQuery: (...given) => explainQuery.apply(inner, given) }),
    ...(searchEffort && { searchEffort: (...given) => searchEffort.apply(inner, given) }),
    steps: async (shape, options) => {
      const own = await missing(callOf("steps", options));
      const rest = await inner.steps?.(shape, options);
      return { steps: [...own, ...(rest?.steps ?? [])], notes: rest?.notes ?? [], query: rest?.query ?? null };
    },
    ensureIndex: async ({ steps, ...shape }, options) => {
      const call = callOf("ensureIndex", options);
      standing = null;
      const wanted = await missing(call);
      const agreed = new Set((steps ?? wanted).map(({ statement }) => statement));
      for (const { statement } of wanted.filter((step) => agreed.has(step.statement)))
        await sessions.ask(call, (asking) => asking.run(statement));
      if ((await missing(call)).length > 0)
        throw refusal(
          "conflict",
          call.operation,
          `A table for whole metadata isn't there (${place.table}${status ? ", collections_config, migration_status" : ""}), and the plan doesn't say that it is made`,
          "Plan again: the statement is shown then.",
        );
      const own = ownStatements();
      const inners = steps?.filter(({ statement }) => !own.has(statement));
      const outcome = await inner.ensureIndex({ ...shape, ...(inners && { steps: inners }) }, options);
      return wanted.length > 0 ? "created" : outcome;
    },
    upsert: async (at, records, options) => {
      const call = callOf("upsert", options);
      const table = await look(call);
      if (table === null)
        throw refusal("not-found", call.operation, `There is no table ${place.table} in the schema ${place.schema}`);
      const rejected: Rejected[] = [];
      const rows: Row[] = [];
      const whole: VectorRecord[] = [];
      for (const record of records) {
        const row = rowOf(table, record);
        if ("wrong" in row) rejected.push({ id: record.id, detail: `${place.table}: ${row.wrong}` });
        else {
          rows.push(row);
          whole.push(record);
        }
      }
      for (const some of inStatements(rows))
        await sessions.ask(call, (asking) => writeRows(asking, { place, standing: table, ...at }, some));
      if (whole.length === 0) return { accepted: [], rejected, receipt: null };
      const upserted = await inner.upsert(at, whole.map(kept), options);
      return { ...upserted, rejected: [...rejected, ...upserted.rejected] };
    },
    settle: (...given) => inner.settle(...given),
    refusalOf: async (index, made, options) => {
      const table = await look(callOf("refusalOf", options));
      const inners = await inner.refusalOf?.(index, made, options);
      return (record) => {
        const row = table && rowOf(table, record);
        if (row !== null && "wrong" in row) return `The record can't be kept in ${place.table}. ${row.wrong}.`;
        const bytes = Buffer.byteLength(JSON.stringify(record.metadata));
        if (bytes > metadataBytes)
          return `The metadata would have ${bytes} bytes; ${place.table} takes ${metadataBytes}.`;
        return inners?.(kept(record)) ?? null;
      };
    },
    sizeOf: (record) => inner.sizeOf(kept(record)),
    halves: async (at, options) => {
      const table = await look(callOf("halves", options));
      if (table === null) return { both: 0, lost: [], next: null };
      return halvesOf(inner, { sessions, place, standing: table }, at, options);
    },
    ...(status && {
      noteMove: (move, options) =>
        sessions.transaction(callOf("noteMove", options), (asking) => writeStatus(asking, place.schema, move)),
    }),
    ...(complete && { complete: (...given) => complete.apply(inner, given) }),
    ...(finish && {
      finish: ({ steps, ...of }, options) => {
        const own = ownStatements();
        const inners = steps?.filter(({ statement }) => !own.has(statement));
        return finish.call(inner, { ...of, ...(inners && { steps: inners }) }, options);
      },
    }),
    // The store is somebody else's to close.
    close: () => sessions.close(),
  };

  function ownStatements(): Set<string> {
    return new Set([...stepsOf(place), ...statusSteps(place.schema)].map(({ statement }) => statement));
  }

  async function withRows(at: Place, hits: Hit[], options?: CallOptions): Promise<Hit[]> {
    const call = callOf("query", options);
    const table = await look(call);
    if (table === null || hits.length === 0) return hits;
    const ids = hits.map(({ id }) => id);
    const rows = await sessions.ask(call, (asking) => readRows(asking, { place, standing: table, ...at }, ids));
    return hits.map((hit) => ({ ...hit, metadata: { ...rows.get(hit.id), ...hit.metadata } }));
  }
}

const callOf = (operation: string, options?: CallOptions) => ({ operation, signal: options?.signal });

/** Figures of both sides: which records lack a half only {@link halvesOf} tells, as what is missing on either side may be equally many. */
function noteOn(vectors: number, rows: number, table: string): string | undefined {
  if (vectors === rows) return undefined;
  const number = (count: number) => count.toLocaleString("en-US");
  return `vectors: ${number(vectors)}, rows in ${table}: ${number(rows)}; a verification lists what lacks a half`;
}

function* inStatements(rows: readonly Row[]): Generator<Row[]> {
  let some: Row[] = [];
  let bytes = 0;
  for (const row of rows) {
    const size = Buffer.byteLength(JSON.stringify(row));
    if (some.length > 0 && bytes + size > statementBytes) {
      yield some;
      some = [];
      bytes = 0;
    }
    some.push(row);
    bytes += size;
  }
  if (some.length > 0) yield some;
}
