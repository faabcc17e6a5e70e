import { ServiceFailure } from "@/lib/failures";
import type { MetadataChange, Place, RecordHead, Upserted, VectorTarget } from "../contract";
import type { Call } from "../pinecone/call";
import { malformed, service } from "../pinecone/failures";
import type { DocumentSchema } from "../pinecone/index-model";
import type { Project } from "../pinecone/project";
import { parseWire } from "../pinecone/wire";
import { sizeOfDocument, upsertBody } from "./body";
import { fieldsOf, metadataFault, missingFault, sparseFault } from "./document";
import { ensureIndex, type Making, refuseWithoutNamed, shownFields, stepsFor } from "./ensure-index";
import { documentsPath } from "./path";
import { schemaFor } from "./schema";
import type { Schemas } from "./schemas";
import { receiptOf, settleDocuments } from "./settle";
import { createDocumentSource, documentCapabilities, fetchDocuments } from "./source";
import { upsertReply } from "./wire";

/** Everything that a source is, and writing. */
export function createDocumentTarget(project: Project, schemas: Schemas, making: Making): VectorTarget {
  return {
    ...createDocumentSource(project, schemas),
    ensureIndex: (shape, options) => {
      schemas.forget(shape.name);
      return ensureIndex(project, making, shape, options);
    },
    steps: (shape, options) => stepsFor(project, making, shape, options),
    refusalOf: async (index, made, { signal } = {}) => {
      const schema = made ? schemaFor(making, made) : await schemas.of(index, "inspect", signal);
      if (!made) refuseWithoutNamed(index, schema, making);
      return (head) =>
        metadataFault(schema, head.metadata) ?? sparseFault(schema, head.sparseValues) ?? missingFault(schema, head);
    },
    withFields: (fields) => createDocumentTarget(project, schemas, { ...making, fields }),
    fieldsOf: (shape, options) => shownFields(project, making, shape, options),
    upsert: async (place, records, { signal, answered } = {}): Promise<Upserted> => {
      if (records.length === 0) return { accepted: [], rejected: [], receipt: null };
      const operation = "upsert";
      refuseRepeats(records, operation);
      if (signal?.aborted)
        throw new ServiceFailure({ code: "aborted", service, operation, message: "The call was cancelled" });
      const schema = await schemas.of(place.index, operation, signal);
      const call = { operation, signal, body: upsertBody(schema, records) };
      const path = documentsPath(place.namespace, "upsert", operation);
      const { json } = await project.documents(place.index, call, { method: "POST", path });
      const receipt = receiptOf(schema, records);
      const count = parseWire(upsertReply, json, operation).upserted_count;
      const confirmed =
        count ??
        ((await settleDocuments(project, schemas, place, receipt, { signal, ...(answered && { answered }) }))
          ? records.length
          : 0);
      if (confirmed !== records.length)
        throw malformed(operation, `${service} confirmed ${count ?? "none"} of ${records.length} documents`);
      return { accepted: records.map(({ id }) => id), rejected: [], receipt };
    },
    changeMetadata: async (place, changes, { signal, answered } = {}): Promise<Upserted> => {
      if (changes.length === 0) return { accepted: [], rejected: [], receipt: null };
      const operation = "update";
      refuseRepeats(changes, operation);
      const schema = await schemas.of(place.index, operation, signal);
      for (const { id, ...head } of changes) {
        const fault = metadataFault(schema, head.metadata) ?? missingFault(schema, head);
        if (fault !== null)
          throw new ServiceFailure({ code: "invalid", service, operation, message: `${JSON.stringify(id)}: ${fault}` });
      }
      const documents = changes.map((change) => ({
        _id: change.id,
        ...fieldsOf(schema, { metadata: setOf(change) }),
        ...(removedBy(change).length > 0 && { _remove_fields: removedBy(change) }),
      }));
      const path = documentsPath(place.namespace, "update", operation);
      await project.documents(place.index, { operation, signal }, { method: "POST", path, body: { documents } });
      const gone = await goneOf(project, place, schema, changes, { operation, signal, answered });
      const heads = changes
        .filter(({ id }) => !gone.has(id))
        .map(({ id, metadata, sparseValues }): RecordHead => ({ id, metadata, ...(sparseValues && { sparseValues }) }));
      return {
        accepted: heads.map(({ id }) => id),
        rejected: [...gone].map((id) => ({ id, detail: "It was deleted from the target meanwhile." })),
        receipt: heads.length > 0 ? receiptOf(schema, heads) : null,
      };
    },
    settle: (place, receipt, options) => settleDocuments(project, schemas, place, receipt, options),
    sizeOf: sizeOfDocument,
  };
}

/**
 * Which of them aren't there: an update passes over an ID that it doesn't find, and says nothing of it. Asked twice, since an answer
 * that lost a document looks the same.
 */
async function goneOf(
  project: Project,
  place: Place,
  schema: DocumentSchema,
  changes: readonly MetadataChange[],
  call: Call,
): Promise<Set<string>> {
  const { fetchIds } = documentCapabilities().limits;
  const skim = schema.dense ? { records: "documents", field: schema.dense.name } : false;
  let absent = changes.map(({ id }) => id);
  for (let times = 0; times < 2 && absent.length > 0; times++) {
    const left: string[] = [];
    for (let start = 0; start < absent.length; start += fetchIds) {
      const ids = absent.slice(start, start + fetchIds);
      const found = await fetchDocuments(project, place, ids, { ...call, skim });
      left.push(...ids.filter((id) => !Object.hasOwn(found, id)));
    }
    absent = left;
  }
  return new Set(absent);
}

/**
 * Keys that are written: all, whatever was seen of them before, so that what somebody edited meanwhile doesn't stay beside what is written. What
 * the target owns is left to its owner where it stands already.
 */
function setOf({ metadata, before, owned }: MetadataChange) {
  return Object.fromEntries(
    Object.entries(metadata).filter(([key, value]) => {
      const stands = Object.hasOwn(before, key) && JSON.stringify(before[key]) === JSON.stringify(value);
      return !stands || !owned.includes(key);
    }),
  );
}

const removedBy = ({ metadata, before }: MetadataChange): string[] =>
  Object.keys(before).filter((key) => !Object.hasOwn(metadata, key) || metadata[key] === null);

/** Two documents of one ID in a request leave it to chance which of them stays. */
function refuseRepeats(records: readonly { id: string }[], operation: string): void {
  if (new Set(records.map(({ id }) => id)).size === records.length) return;
  const message = "A request holds two documents of the same ID";
  throw new ServiceFailure({ code: "invalid", service, operation, message });
}
