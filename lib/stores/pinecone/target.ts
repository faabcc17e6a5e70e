import { ServiceFailure } from "@/lib/failures";
import type { Upserted, VectorRecord, VectorTarget } from "../contract";
import { packed, sizeOfRecord, upsertBody } from "./body";
import { ensureIndex, type Whereabouts } from "./ensure-index";
import { malformed, service } from "./failures";
import { wireName } from "./place";
import type { Project } from "./project";
import { settle } from "./settle";
import { createSource } from "./source";
import { parseWire, upsertReply } from "./wire";

/** A target over a project: everything that a source is, and writing. */
export function createTarget(project: Project, whereabouts: Whereabouts): VectorTarget {
  return {
    ...createSource(project),
    ensureIndex: (shape, options) => ensureIndex(project, shape, whereabouts, options),
    upsert: async (place, records, { signal, answered } = {}): Promise<Upserted> => {
      if (records.length === 0) return { accepted: [], rejected: [], receipt: null };
      const namespace = wireName(place.namespace);
      const ids = records.map(({ id }) => id);
      refuseRepeats(ids);
      const call = { operation: "upsert", signal, body: upsertBody(namespace, records) };
      // The SDK checks the records and addresses the request; their JSON is ours, the same that was measured.
      const stubs = records.map(({ id }): Pick<VectorRecord, "id" | "values"> => ({ id, values: [] }));
      const answer = await project.data(place.index, call, (data) => data.upsert({ records: stubs, namespace }));
      const { upsertedCount } = parseWire(upsertReply, answer.json, "upsert");
      const receipt = { token: answer.written ?? "", ids };
      // The count may be left out (the API's description doesn't require it): then only reading tells.
      const confirmed =
        upsertedCount ??
        ((await settle(project, place, receipt, { signal, ...(answered && { answered }) })) ? records.length : 0);
      if (confirmed !== records.length) {
        throw malformed("upsert", `${service} confirmed ${upsertedCount ?? "none"} of ${records.length} records`);
      }
      return { accepted: ids, rejected: [], receipt };
    },
    settle: (place, receipt, options) => settle(project, place, receipt, options),
    sizeOf: sizeOfRecord,
    packed,
  };
}

/** Two records of one ID in a request leave it to chance which of them stays. */
function refuseRepeats(ids: readonly string[]): void {
  if (new Set(ids).size === ids.length) return;
  const message = "An upsert holds two records of the same ID";
  throw new ServiceFailure({ code: "invalid", service, operation: "upsert", message });
}
