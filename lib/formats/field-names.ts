/** Names that people give the same column. The first that is there is taken. */
export const fieldNames: Record<"id" | "text" | "values" | "metadata", readonly string[]> = {
  // The last two are an index of pandas, in Parquet and in CSV.
  id: ["id", "ids", "_id", "uuid", "doc_id", "chunk_id", "node_id", "__index_level_0__", "Unnamed: 0"],
  text: ["text", "texts", "content", "contents", "document", "documents", "page_content", "chunk", "chunks"],
  values: ["embedding", "embeddings", "vector", "vectors", "values", "emb"],
  metadata: ["metadata", "metadatas", "meta", "metas"],
};
