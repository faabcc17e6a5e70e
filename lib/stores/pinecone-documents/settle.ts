import { createHash } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import type { CallOptions, Place, Receipt, RecordHead } from "../contract";
import { failureOfNetwork } from "../pinecone/failures";
import type { DocumentSchema } from "../pinecone/index-model";
import type { Project } from "../pinecone/project";
import { fieldsOf, readHead } from "./document";
import type { Schemas } from "./schemas";
import { fetchDocuments } from "./source";

const firstPauseMs = 50;
const longestPauseMs = 2000;
/** The vendor says within about a minute. */
const usualTimeoutMs = 90_000;

const tokenSchema = z.record(z.string(), z.string());

/** What is seen of a document once it is written: its fields without the vector, in any order. */
function digestOf(schema: DocumentSchema, head: Omit<RecordHead, "id">): string {
  const fields = Object.entries(fieldsOf(schema, head)).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash("sha256").update(JSON.stringify(fields)).digest("base64url").slice(0, 22);
}

/**
 * Answers on documents aren't said to carry a write's number: the first and the last document are looked for, as they were written.
 */
export function receiptOf(schema: DocumentSchema, heads: readonly RecordHead[]): Receipt {
  const ends = [heads[0], heads.at(-1)].filter((head) => head !== undefined);
  const token = Object.fromEntries(ends.map((head) => [head.id, digestOf(schema, head)]));
  return { token: JSON.stringify(token), ids: heads.map(({ id }) => id) };
}

function wantedOf({ token, ids }: Receipt): Map<string, string | null> {
  try {
    return new Map(Object.entries(tokenSchema.parse(JSON.parse(token))));
  } catch {
    const [first] = ids;
    return new Map(first === undefined ? [] : [[first, null]]);
  }
}

/** Waits until the write is seen: until both documents are there as they were written. */
export async function settleDocuments(
  project: Project,
  schemas: Schemas,
  place: Place,
  receipt: Receipt,
  { signal, answered, timeoutMs = usualTimeoutMs }: CallOptions & { timeoutMs?: number } = {},
): Promise<boolean> {
  const wanted = wantedOf(receipt);
  if (wanted.size === 0) return true;
  const operation = "settle";
  const end = performance.now() + timeoutMs;
  const schema = await schemas.of(place.index, operation, signal);
  const skim = schema.dense ? { records: "documents", field: schema.dense.name } : false;
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(longestPauseMs, pauseMs * 1.7)) {
    const found = await fetchDocuments(project, place, [...wanted.keys()], { operation, signal, answered, skim });
    const seen = [...wanted].every(([id, digest]) => {
      if (!Object.hasOwn(found, id)) return false;
      const head = readHead(schema, id, found[id]);
      return digest === null || ("value" in head && digestOf(schema, head.value) === digest);
    });
    if (seen) return true;
    const left = end - performance.now();
    if (left <= 0) return false;
    try {
      await pause(Math.min(pauseMs, left), undefined, { signal });
    } catch (error) {
      throw failureOfNetwork(operation, error, "cancelled");
    }
  }
}
