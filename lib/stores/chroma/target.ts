import { isServiceFailure } from "@/lib/failures";
import type { Metric, Upserted, VectorRecord, VectorTarget } from "../contract";
import { failure, service } from "./failures";
import { getRecords } from "./records";
import type { ChromaServer, ServedCollection } from "./server";
import type { ChromaSettings } from "./settings";
import { dimensionKey, dimensionOf, metricOf, spaceKey, spaces } from "./shape";
import { createChromaSource } from "./source";
import { sizeOfRecord, upsertBody } from "./upsert";

type Wanted = { name: string; dimension: number; metric: Metric };

/** A target: everything that a source is, and writing. */
export function createChromaTarget(server: ChromaServer, settings: ChromaSettings): VectorTarget {
  const { source, find } = createChromaSource(server, settings);
  return {
    ...source,
    // Of what it gives, lists of numbers for one, older versions take back nothing.
    can: { ...source.can, metadata: "flat" },
    ensureIndex: async (wanted, { signal } = {}) => {
      const call = { operation: "ensureIndex", signal };
      const standing = await server.collection(wanted.name, call);
      if (standing !== null) return matched(standing, wanted);
      try {
        const metadata = { [spaceKey]: spaces[wanted.metric], [dimensionKey]: wanted.dimension };
        await server.create(wanted.name, metadata, call);
        return "created";
      } catch (error) {
        // Somebody else was faster: their collection counts if it has the same shape.
        const made =
          isServiceFailure(error) && error.code === "conflict" ? await server.collection(wanted.name, call) : null;
        if (made === null) throw error;
        return matched(made, wanted);
      }
    },
    upsert: async (place, records, { signal } = {}): Promise<Upserted> => {
      const call = { operation: "upsert", signal };
      const collection = await find(place.index, call.operation, signal);
      if (place.namespace !== "")
        throw failure(
          "invalid",
          call.operation,
          `${service} has no namespaces: map ${place.namespace} to a collection of its own`,
        );
      if (records.length === 0) return { accepted: [], rejected: [], receipt: null };
      accept(source.can.limits, dimensionOf(collection) ?? records[0]?.values.length ?? 0, records);
      const ids = records.map(({ id }) => id);
      const standing = await getRecords(server, collection.id, ids, call, false);
      const { body, rejected } = upsertBody(records, standing, settings.textKey);
      if (body.ids.length > 0) await server.records(collection.id, "upsert", { ...call, method: "POST", body });
      return {
        accepted: body.ids,
        rejected,
        receipt: body.ids.length > 0 ? { token: collection.id, ids: body.ids } : null,
      };
    },
    // A write that was answered is seen by every read after it.
    settle: async (_place, _receipt, { signal } = {}) => {
      if (signal?.aborted) throw failure("aborted", "settle", "The call was cancelled");
      return true;
    },
    sizeOf: sizeOfRecord,
  };
}

function matched(standing: ServedCollection, wanted: Wanted): "matched" {
  const [dimension, metric] = [dimensionOf(standing), metricOf(standing)];
  if ((dimension ?? wanted.dimension) === wanted.dimension && metric === wanted.metric) return "matched";
  const stands = `${dimension ?? "no"} dimensions and the metric ${metric ?? "unknown"}`;
  const message = `Collection ${wanted.name} stands already with ${stands}, not ${wanted.dimension} and ${wanted.metric}`;
  throw failure("conflict", "ensureIndex", message);
}

/** Refuses a batch for what the server would refuse of any of its records, or take in silence, before anything is sent. */
function accept(limits: VectorTarget["can"]["limits"], dimension: number, records: readonly VectorRecord[]): void {
  const ids = new Set<string>();
  if (records.length > limits.upsertRecords)
    throw failure("too-large", "upsert", `${records.length} records in one upsert`);
  for (const { id, values, metadata, sparseValues } of records) {
    const name = JSON.stringify(id.slice(0, 64));
    const bytes = Buffer.byteLength(JSON.stringify(metadata));
    if (bytes > limits.metadataBytes) throw failure("too-large", "upsert", `Metadata of ${name} is ${bytes} bytes`);
    const wrong = ids.has(id)
      ? "stands twice in one upsert"
      : id === "" || id.length > limits.idLength
        ? `has ${id.length} characters`
        : values.length !== dimension
          ? `has a vector of ${values.length} numbers, where the collection takes ${dimension}`
          : !values.every(Number.isFinite)
            ? "has a vector with something that isn't a finite number"
            : sparseValues
              ? "has sparse values, which Portage doesn't write to Chroma"
              : null;
    if (wrong !== null) throw failure("invalid", "upsert", `${name} ${wrong}`);
    ids.add(id);
  }
}
