import { z } from "zod";
import { decimal, indexName, keysOf, text, url } from "./key";

const key = keysOf("Pinecone");

/** Source and target. */
export const pineconeKeys = {
  PINECONE_API_KEY: key(
    "PINECONE_API_KEY",
    text,
    "",
    "a Pinecone API key",
    "Key of the project that holds the source index.",
    true,
  ),
  PINECONE_TARGET_API_KEY: key(
    "PINECONE_TARGET_API_KEY",
    text,
    "",
    "a Pinecone API key",
    "Key of the project that holds the target index. Empty: the source's.",
    true,
  ),
  PINECONE_OLD_INDEX: key(
    "PINECONE_OLD_INDEX",
    indexName,
    "gflops-serverless",
    "an index name: up to 45 of a-z, 0-9 and -",
    "Source index. It is only read.",
  ),
  PINECONE_NEW_INDEX: key(
    "PINECONE_NEW_INDEX",
    indexName,
    "askdona",
    "an index name: up to 45 of a-z, 0-9 and -",
    "Target index.",
  ),
  PINECONE_CONTROLLER_HOST: key(
    "PINECONE_CONTROLLER_HOST",
    url,
    "",
    "an http:// or https:// address, without user name, password and query",
    "Overrides the API's address (proxy, stand-in). Empty: the vendor's.",
  ),
  PINECONE_TARGET_CONTROLLER_HOST: key(
    "PINECONE_TARGET_CONTROLLER_HOST",
    url,
    "",
    "an http:// or https:// address, without user name, password and query",
    "The same for the target. Empty: as for the source.",
  ),
  PINECONE_CLOUD: key(
    "PINECONE_CLOUD",
    z.enum(["aws", "gcp", "azure"]),
    "aws",
    "aws, gcp or azure",
    "Cloud where a missing target index is created.",
  ),
  PINECONE_REGION: key(
    "PINECONE_REGION",
    text.min(1),
    "us-east-1",
    "a region of that cloud",
    "Region where a missing target index is created.",
  ),
  PINECONE_UPSERTS_PER_SECOND: key(
    "PINECONE_UPSERTS_PER_SECOND",
    decimal(0.01, 1e6),
    "100",
    "requests a second, above 0",
    "Upsert requests per second and namespace (documented limit: 100).",
  ),
  PINECONE_FETCHES_PER_SECOND: key(
    "PINECONE_FETCHES_PER_SECOND",
    decimal(0.01, 1e6),
    "100",
    "requests a second, above 0",
    "Fetch requests per second and index (documented limit: 100).",
  ),
  PINECONE_LISTS_PER_SECOND: key(
    "PINECONE_LISTS_PER_SECOND",
    decimal(0.01, 1e6),
    "200",
    "requests a second, above 0",
    "List requests per second and index (documented limit: 200).",
  ),
} as const;
