import type { Json } from "@/lib/formats/contract";
import { Tally, type TextMeter } from "@/lib/formats/inspect/tally";
import { fromJson } from "@/lib/formats/tables/from-json";
import { OperatorError } from "@/lib/operator-error";
import { kindNamed } from "@/lib/routes/kinds";
import { openSourceOf, readConnection } from "@/lib/routes/open-connection";
import type { InspectedCollection, Inspection } from "@/lib/shapes/routes/inspection";
import type { IndexShape, VectorRecord, VectorSource } from "@/lib/stores/contract";
import { attempt } from "../verbs/attempt";
import type { Context } from "../verbs/context";
import { namedConnection } from "../verbs/used-by";

/** Collections of a connection that are looked at where none is named. */
const mostCollections = 50;
/** IDs that are read at a time, so that a store isn't asked for megabytes at once. */
const recordsAtOnce = 100;

type Reading = { meter: TextMeter; limit: number; textKey: string; signal: AbortSignal | undefined };

/**
 * What a store holds that a connection leads to: each of its collections, or the one that is named, by the first `limit` records of
 * each. Reads only.
 * @throws OperatorError as `readConnection`, and when the store doesn't answer; `collection-not-found`
 */
export async function inspectConnection(
  ctx: Context,
  { connection, collection, limit }: { connection: string; collection: string | null; limit: number },
  meter: TextMeter,
  signal?: AbortSignal,
): Promise<Inspection> {
  const opened = await readConnection(ctx, connection);
  const kind = kindNamed(opened.kind);
  const textKey = typeof opened.settings.textKey === "string" ? opened.settings.textKey : ctx.config.policy.textKey;
  const source = openSourceOf(ctx.config, opened);
  const reading = { meter, limit, textKey, signal };
  let more = false;
  try {
    const collections = await attempt(
      namedConnection(opened),
      async () => {
        const names = collection === null ? await namesOf(source, signal) : [collection];
        if (collection !== null && (await source.inspect(collection, signal ? { signal } : {})) === null)
          throw noCollection(connection, collection);
        more = names.length > mostCollections;
        names.splice(mostCollections);
        const inspected: InspectedCollection[] = [];
        for (const name of names) inspected.push(await inspectCollection(source, name, reading));
        return inspected;
      },
      signal,
    );
    const store = { kind: kind.kind, format: kind.service, path: connection, opens: null, bytes: null, collections };
    return {
      path: connection,
      bytes: 0,
      stores: [store],
      unreadable: more ? [tooMany(connection)] : [],
      otherFiles: 0,
    };
  } finally {
    await source.close();
  }
}

const noCollection = (connection: string, collection: string): OperatorError =>
  new OperatorError({
    kind: "not-found",
    code: "collection-not-found",
    what: `${connection} has no ${collection}.`,
    notLost: "Nothing was written.",
    next: `See what there is with \`portage inspect ${connection}\`.`,
  });

const tooMany = (connection: string): Inspection["unreadable"][number] => ({
  path: connection,
  fault: "more",
  words: `It holds more than ${mostCollections} collections; the others weren't looked at. Name one, as ${connection}:COLLECTION.`,
});

async function namesOf(source: VectorSource, signal?: AbortSignal): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of source.collections(signal ? { signal } : {})) {
    names.push(name);
    if (names.length > mostCollections) break;
  }
  return names;
}

async function inspectCollection(source: VectorSource, index: string, reading: Reading): Promise<InspectedCollection> {
  const options = reading.signal ? { signal: reading.signal } : {};
  const shape = await source.inspect(index, options);
  const inspected = await inspectRecords(source, index, shape, reading);
  return shape?.sort === undefined ? inspected : { ...inspected, sort: shape.sort };
}

async function inspectRecords(
  source: VectorSource,
  index: string,
  shape: IndexShape | null,
  reading: Reading,
): Promise<InspectedCollection> {
  const { meter, limit, signal } = reading;
  const options = signal ? { signal } : {};
  const unfit = shape?.unfit;
  const faults = shape === null ? [`There is no ${index} any more.`] : unfit ? [`${unfit.words}. ${unfit.next}`] : [];
  const tally = new Tally({ name: index, within: null, metric: shape?.metric ?? null, faults }, meter);
  let read = 0;
  const total = shape?.vectors.value ?? 0;
  if (shape === null || unfit || source.can.listing === "none")
    return tally.result(null, shape === null || unfit ? null : total);
  for await (const { namespaces } of source.namespaces(index, options)) {
    for (const { name } of namespaces) {
      read += await readNamespace(source, { index, namespace: name }, { ...reading, limit: limit - read }, tally);
      if (read >= limit) return tally.result(null, total > read ? total : null);
    }
  }
  return tally.result(null, null);
}

async function readNamespace(
  source: VectorSource,
  place: { index: string; namespace: string },
  { limit, textKey, signal }: Reading,
  tally: Tally,
): Promise<number> {
  const options = signal ? { signal } : {};
  const atOnce = Math.min(recordsAtOnce, source.can.limits.fetchIds);
  let read = 0;
  let cursor: string | undefined;
  do {
    const page = await source.listIds(place, { ...options, ...(cursor === undefined ? {} : { cursor }) });
    for (let at = 0; at < page.ids.length && read < limit; at += atOnce) {
      const ids = page.ids.slice(at, at + Math.min(atOnce, limit - read));
      const { records, unreadable } = await source.fetchRecords(place, ids, options);
      for (const record of records) tally.add(asRead(record, textKey));
      // What has no vector, or none that can be read, may have a text: its head says.
      if (unreadable.length > 0) {
        const heads = await source.fetchHeads(
          place,
          unreadable.map(({ id }) => id),
          options,
        );
        for (const head of heads.records) tally.add(asRead({ ...head, values: [] }, textKey));
        for (const { id } of heads.unreadable) tally.add({ id, text: null, metadata: new Map(), values: null });
      }
      read += ids.length;
    }
    cursor = page.next ?? undefined;
  } while (cursor !== undefined && read < limit);
  return read;
}

function asRead({ id, metadata, values }: VectorRecord, textKey: string) {
  const all = new Map<string, Json>(Object.entries(metadata).map(([key, value]) => [key, fromJson(value)]));
  const text = all.get(textKey);
  if (typeof text === "string") all.delete(textKey);
  return {
    id,
    text: typeof text === "string" ? text : null,
    metadata: all,
    values: values.length === 0 ? null : Float32Array.from(values),
  };
}
