/**
 * Documented limits of the service ("Pinecone Database limits", operation, identifier and rate limits, read 2026-11).
 * Sizes are bytes.
 */
export const limits = {
  upsertRecords: 1000,
  upsertBytes: 2 * 1024 * 1024,
  messageBytes: 4 * 1024 * 1024,
  metadataBytes: 40_960,
  idLength: 512,
  namespaceLength: 512,
  dimensions: 20_000,
  sparseValues: 2048,
  fetchIds: 1000,
  listPage: 100,
  namespacePage: 100,
  topK: 10_000,
  queryAnswerBytes: 4 * 1024 * 1024,
  fetchByMetadata: 10_000,
  filterValues: 10_000,
  namespaces: 100_000,
  indexNameLength: 45,
  documents: 1000,
  documentFields: 100,
  fieldNameBytes: 64,
  textBytes: 100 * 1024,
  textTokens: 10_000,
} as const;

/** Requests (and bytes, records) a second. Scope as documented: some per namespace, some per index. */
export type PineconeQuotas = {
  upserts: number;
  upsertBytes: number;
  queries: number;
  updates: number;
  fetches: number;
  fetchesByMetadata: number;
  lists: number;
  statistics: number;
  deletes: number;
};

export const documentedQuotas: PineconeQuotas = {
  upserts: 100,
  upsertBytes: 50 * 1024 * 1024,
  queries: 100,
  updates: 100,
  fetches: 100,
  fetchesByMetadata: 5,
  lists: 200,
  statistics: 100,
  deletes: 100,
};
