import { decimal, keysOf, text, whole } from "./key";

const key = keysOf("Batches");

/** Sizes of batches, by the names of the tool that came before. */
export const batchesKeys = {
  DEFAULT_NAMESPACE: key("DEFAULT_NAMESPACE", text, "", "a namespace", "Namespace that the forms start with."),
  QUERY_BATCH_SIZE: key(
    "QUERY_BATCH_SIZE",
    whole(1, 1000),
    "100",
    "a whole number from 1 to 1000",
    "IDs in one fetch.",
  ),
  EMBEDDING_BATCH_SIZE: key(
    "EMBEDDING_BATCH_SIZE",
    whole(1, 100),
    "100",
    "a whole number from 1 to 100",
    "Texts in one embedding request, at most.",
  ),
  UPSERT_BATCH_SIZE: key(
    "UPSERT_BATCH_SIZE",
    whole(1, 1000),
    "100",
    "a whole number from 1 to 1000",
    "Records in one upsert, at most; the request's bytes are limited too.",
  ),
  BATCH_DELAY: key(
    "BATCH_DELAY",
    decimal(0, 3600),
    "0",
    "seconds from 0 to 3600",
    "An extra pause between batches, in seconds. Quotas do the pacing; this is for those who want one more.",
  ),
} as const;
