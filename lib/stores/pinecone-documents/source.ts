import type {
  Fetched,
  IndexShape,
  Place,
  RecordHead,
  StoreCapabilities,
  VectorRecord,
  VectorSource,
} from "../contract";
import type { Call } from "../pinecone/call";
import { kindWords, unfitFor } from "../pinecone/index-model";
import { listIndexes } from "../pinecone/indexes";
import { pageOf, readCursor } from "../pinecone/listing";
import type { Project } from "../pinecone/project";
import { sortOut } from "../pinecone/records";
import { namespaceCounts, readNamespaces, readStatistics } from "../pinecone/statistics";
import { parseWire } from "../pinecone/wire";
import { isAbsent } from "./absent";
import { documentLimits, readDocument, readHead } from "./document";
import { documentsPath } from "./path";
import { documentsPlane } from "./plane";
import { queryDocuments } from "./query";
import type { Schemas } from "./schemas";
import { documentList, fetchedDocuments } from "./wire";

/** Pinecone's documented limits for documents (operation and identifier limits, 2026-11). A fetch goes as a body, not as an address. */
export const documentCapabilities = (): StoreCapabilities => ({
  listing: "byte-ordered",
  visibility: "eventual",
  count: "approximate",
  metadata: "flat",
  metrics: ["cosine", "dotproduct", "euclidean"],
  ids: "printable-ascii",
  limits: {
    fetchIds: 200,
    fetchBytes: 1_000_000,
    listPage: 100,
    upsertRecords: 1000,
    upsertBytes: 1_990_000,
    changes: { records: 100, perSecond: 100 },
    metadataBytes: documentLimits.metadataBytes,
    idLength: 512,
    dimensions: 20_000,
  },
});

/** Documents of these IDs as they came; an absent namespace holds nothing. `fields`: these alone, left out: all. */
export async function fetchDocuments(
  project: Project,
  place: Place,
  ids: readonly string[],
  call: Call,
  fields?: readonly string[],
): Promise<Record<string, unknown>> {
  const path = documentsPath(place.namespace, "fetch", call.operation);
  const body = { ids: [...new Set(ids)], ...(fields && { include_fields: fields }) };
  try {
    const { json } = await project.documents(place.index, call, { method: "POST", path, body });
    return parseWire(fetchedDocuments, json, call.operation).documents ?? {};
  } catch (error) {
    if (isAbsent(error)) return {};
    throw error;
  }
}

/** A source over a project's document indexes: it has no way to write, at run time either. */
export function createDocumentSource(project: Project, schemas: Schemas): VectorSource {
  const can = documentCapabilities();
  const plane = documentsPlane(project);
  const nothing = <R>(): Fetched<R> => ({ records: [], missing: [], unreadable: [] });
  return {
    can,
    service: "Pinecone documents",
    inspect: async (index, { signal, counts = true } = {}): Promise<IndexShape | null> => {
      const model = await project.describe("inspect", index, signal);
      schemas.note(index, model);
      if (!model) return null;
      schemas.forget(index);
      const unfit = unfitFor("documents", model);
      const counted =
        counts && model.ready && !unfit ? await countAll(plane, index, signal) : { total: 0, namespaces: 0 };
      return {
        name: model.name,
        dimension: model.documents?.dense?.dimension ?? null,
        metric: model.documents?.dense?.metric ?? model.metric,
        ready: model.ready,
        ...project.whereabouts(model),
        sort: kindWords[model.kind],
        ...(unfit && { unfit }),
        sparse: model.documents?.sparse != null,
        vectors: { value: counted.total, exact: false },
        namespaces: counted.namespaces,
      };
    },
    collections: (options) => listIndexes(project, "documents", options),
    namespaces: (index, options) => readNamespaces(plane, index, options),
    count: namespaceCounts(plane),
    listIds: async (place, { signal, answered, cursor, prefix, limit = 100 } = {}) => {
      const operation = "listIds";
      const [token, last] = cursor === undefined ? [null, null] : readCursor(cursor);
      const path = documentsPath(place.namespace, "list", operation);
      const body = { limit, ...(prefix && { prefix }), ...(token !== null && { pagination_token: token }) };
      try {
        const { json } = await project.documents(
          place.index,
          { operation, signal, answered },
          { method: "POST", path, body },
        );
        const page = parseWire(documentList, json, operation);
        const ids = (page.documents ?? []).map(({ _id }) => _id);
        return pageOf(ids, page.pagination?.next || null, { token, last });
      } catch (error) {
        if (isAbsent(error)) return { ids: [], next: null };
        throw error;
      }
    },
    fetchHeads: async (place, ids, { signal, answered } = {}): Promise<Fetched<RecordHead>> => {
      if (ids.length === 0) return nothing();
      const operation = "fetchHeads";
      const schema = await schemas.of(place.index, operation, signal);
      const skim = schema.dense ? { records: "documents", field: schema.dense.name } : false;
      const documents = await fetchDocuments(project, place, ids, { operation, signal, answered, skim });
      return sortOut(operation, ids, documents, (id, raw) => readHead(schema, id, raw));
    },
    fetchRecords: async (place, ids, { signal, answered } = {}): Promise<Fetched<VectorRecord>> => {
      if (ids.length === 0) return nothing();
      const operation = "fetchRecords";
      const schema = await schemas.of(place.index, operation, signal);
      const documents = await fetchDocuments(project, place, ids, { operation, signal, answered });
      return sortOut(operation, ids, documents, (id, raw) => readDocument(schema, id, raw));
    },
    query: (place, question, options = {}) => queryDocuments(project, schemas, place, question, options),
    close: async () => {},
  };
}

async function countAll(plane: ReturnType<typeof documentsPlane>, index: string, signal?: AbortSignal) {
  const { total, namespaces } = await readStatistics(plane, index, "inspect", signal);
  if (namespaces) return { total, namespaces: namespaces.size };
  const counted = { total: 0, namespaces: 0 };
  for await (const page of readNamespaces(plane, index, { ...(signal && { signal }) })) {
    counted.namespaces += page.namespaces.length;
    for (const { count } of page.namespaces) counted.total += count.value;
  }
  return counted;
}
