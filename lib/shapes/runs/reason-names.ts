/** Why a record was left alone or needs a look: a closed list, explained in `lib/glossary.md`. */
export const reasons = [
  "no-text",
  "empty-text",
  "text-not-a-string",
  "text-too-long",
  "metadata-too-large",
  "metadata-nested",
  "unreadable",
  "rejected-by-target",
  "rejected-by-embedder",
  "vanished-from-source",
  "source-changed",
  "target-changed",
  "vector-invalid",
  "sparse-not-supported",
  "mapping-refused",
  "write-blocked",
  "missing-from-target",
  "differs",
  "vector-differs",
  "listing-short",
  "not-indexed",
  "key-taken",
  "text-changed",
] as const;

export type Reason = (typeof reasons)[number];

/** Words for a reason, as pages and the command line print them. */
export const reasonWords: Record<Reason, string> = {
  "no-text": "no text",
  "empty-text": "empty text",
  "text-not-a-string": "text is not a string",
  "text-too-long": "text too long for the model",
  "metadata-too-large": "metadata too large",
  "metadata-nested": "metadata that the target can't hold",
  unreadable: "unreadable record",
  "rejected-by-target": "rejected by the target",
  "rejected-by-embedder": "rejected by the embedder",
  "vanished-from-source": "vanished from the source",
  "source-changed": "changed in the source",
  "target-changed": "changed in the target",
  "vector-invalid": "invalid vector",
  "sparse-not-supported": "target can't take sparse values",
  "mapping-refused": "refused by the mapping",
  "write-blocked": "writes are blocked",
  "missing-from-target": "missing from the target",
  differs: "differs from the source",
  "vector-differs": "vector of another text",
  "listing-short": "listing gave less than is counted",
  "not-indexed": "value isn't indexed",
  "key-taken": "metadata key already in use",
  "text-changed": "text edited since the estimate",
};

export const findingKinds = ["skipped", "failed", "drifted", "warning"] as const;
export type FindingKind = (typeof findingKinds)[number];
