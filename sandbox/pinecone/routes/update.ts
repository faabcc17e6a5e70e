import { json } from "@/sandbox/http/exchange";
import type { StoredRecord } from "@/sandbox/storage/records";
import { floatsToBytes } from "@/sandbox/values-json";
import { readDense } from "../dense-input";
import { valuesOf } from "../dense-values";
import { bill, type DataRoute, type Desk, readBody, readText } from "../desk";
import { readFilter } from "../filter";
import { checkId, checkNamespace, fromNamespace, toNamespace } from "../identifiers";
import type { IndexRow } from "../indexes";
import { fromFragment, type Metadata, readMetadata, readSparse, type SparseValues, toFragment } from "../metadata";
import { Refusal } from "../problems";
import type { Change } from "../shelf";

type Patch = { values: Buffer | null; sparse: SparseValues | null; set: Metadata };

/** Values of a seeded record are computed from its text: they must be kept as they are when the text changes without them. */
export function keepValues(index: IndexRow, id: string, current: StoredRecord): Pick<StoredRecord, "dense" | "values"> {
  if (current.dense !== "derived") return current;
  const floats = valuesOf(index, id, current);
  return floats === null ? { dense: "none", values: null } : { dense: "stored", values: floatsToBytes(floats) };
}

function patched(desk: Desk, id: string, patch: Patch): Change {
  return {
    id,
    next: (current) => {
      if (current === null) return undefined;
      const { metadata, sparse } = fromFragment(current.fragment);
      const dense =
        patch.values === null
          ? keepValues(desk.index, id, current)
          : { dense: "stored" as const, values: patch.values };
      return { ...dense, fragment: toFragment({ ...metadata, ...patch.set }, patch.sparse ?? sparse) };
    },
  };
}

/** POST /vectors/update by ID, or of the metadata of all records that match a filter (which then silently drops the ID). */
export const update: DataRoute = async (desk) => {
  const { index, exchange, shelf } = desk;
  const body = readBody(exchange);
  const namespace = checkNamespace(toNamespace(readText(body, "namespace")));
  desk.rates.namespaced("update", index.name, fromNamespace(namespace));
  const patch: Patch = {
    values: readDense(index, body.values),
    sparse: readSparse(body.sparseValues),
    set: readMetadata(body.setMetadata),
  };
  const place = shelf.place(index.name, namespace);
  let ids: string[];
  if (body.filter === undefined) ids = [checkId(body.id, 0)];
  else {
    if (patch.values !== null || patch.sparse !== null)
      throw new Refusal("invalid", "Only metadata can be updated by filter");
    const filter = readFilter(body.filter);
    ids =
      place === null
        ? []
        : [...shelf.ids(place)].filter((id) => {
            const head = shelf.head(place, id);
            return head !== null && filter(fromFragment(head.fragment).metadata);
          });
    if (body.dryRun === true) return json(200, { matchedRecords: ids.length });
  }
  if (place === null) return json(200, { matchedRecords: 0 });
  const changes = ids.map((id) => patched(desk, id, patch));
  const written = await shelf.write(index.name, namespace, changes);
  bill(desk, { write: Math.max(5, Math.ceil(written.replacedBytes / 512)) });
  return {
    ...json(200, { matchedRecords: written.changed }, { "x-pinecone-request-lsn": String(written.lsn) }),
    records: written.changed,
  };
};
