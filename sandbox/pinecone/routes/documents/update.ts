import { json } from "@/sandbox/http/exchange";
import type { StoredRecord } from "@/sandbox/storage/records";
import { bill, type DataRoute, readBody } from "../../desk";
import { readFilter } from "../../filter";
import { checkId, checkNamespace, fromNamespace } from "../../identifiers";
import { denseFieldOf, type IndexRow, sparseFieldOf } from "../../indexes";
import { limits } from "../../limits";
import { fromFragment } from "../../metadata";
import { Refusal } from "../../problems";
import type { Change } from "../../shelf";
import { keepValues } from "../update";
import { readFields, toStored } from "./document";

function names(value: unknown): string[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw new Refusal("invalid", "Fields to remove must be a list of names");
  return value.map(String);
}

/** The record with these fields set and those removed; whatever isn't named stays, the vector too. */
function patched(index: IndexRow, id: string, set: Record<string, unknown>, removed: readonly string[]): Change {
  const fields = readFields(index, set);
  return {
    id,
    next: (current: StoredRecord | null) => {
      if (current === null) return undefined;
      const before = fromFragment(current.fragment);
      const metadata = { ...before.metadata, ...fields.metadata };
      for (const name of removed) delete metadata[name];
      const sparse = removed.includes(sparseFieldOf(index) ?? "") ? null : (fields.sparse ?? before.sparse);
      const dense = removed.includes(denseFieldOf(index) ?? "") ? null : fields.dense;
      return toStored(index, { metadata, dense, sparse }, keepValues(index, id, current));
    },
  };
}

/** POST /namespaces/{namespace}/documents/update of documents by ID, or of all that match a filter. An unknown ID has no effect. */
export const updateDocuments =
  (namespace: string): DataRoute =>
  async (desk) => {
    const { index, exchange, shelf } = desk;
    const body = readBody(exchange, limits.upsertBytes);
    checkNamespace(namespace);
    desk.rates.namespaced("update", index.name, fromNamespace(namespace));
    const place = shelf.place(index.name, namespace);
    let changes: Change[];
    if (Array.isArray(body.documents)) {
      if (body.documents.length === 0 || body.documents.length > limits.documents)
        throw new Refusal("invalid", `A request must hold 1 to ${limits.documents} documents`);
      changes = body.documents.map((given: unknown, at: number) => {
        const document: Record<string, unknown> = typeof given === "object" && given !== null ? { ...given } : {};
        return patched(index, checkId(document._id, at), document, names(document._remove_fields));
      });
    } else {
      const filter = readFilter(body.filter);
      const set = typeof body.set_fields === "object" && body.set_fields !== null ? { ...body.set_fields } : {};
      const ids = place === null ? [] : [...shelf.ids(place)];
      changes = ids
        .filter((id) => {
          const head = place === null ? null : shelf.head(place, id);
          return head !== null && filter(fromFragment(head.fragment).metadata);
        })
        .map((id) => patched(index, id, set, names(body.remove_fields)));
    }
    if (place === null) return json(202, {});
    const written = await shelf.write(index.name, namespace, changes);
    bill(desk, { write: Math.max(5, Math.ceil(written.replacedBytes / 512)) });
    const matched = body.documents === undefined ? { matched_records: written.changed } : {};
    return { ...json(202, matched), records: written.changed };
  };
