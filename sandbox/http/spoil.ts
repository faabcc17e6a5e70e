import { z } from "zod";
import { type Answer, parseJson, wholeBody } from "./exchange";
import type { Fault } from "./faults";

const withVectors = z.looseObject({ vectors: z.record(z.string(), z.looseObject({ values: z.array(z.number()) })) });
const withListing = z.looseObject({ vectors: z.array(z.unknown()) });
const withEmbeddings = z.looseObject({ embeddings: z.array(z.looseObject({ values: z.array(z.unknown()) })) });
const withEmbedding = z.looseObject({ embedding: z.looseObject({ values: z.array(z.unknown()) }) });
const withCount = z.looseObject({ upsertedCount: z.number() });

/** `NaN` as Google's JSON writes it: the word in quotes. */
const nan = "NaN";

function spoilVector(kind: Fault["kind"], values: readonly unknown[]): unknown[] {
  if (kind === "vector-zero") return values.map(() => 0);
  if (kind === "vector-nan") return [nan, ...values.slice(1)];
  return values.slice(0, -1);
}

function spoilVectors(kind: Fault["kind"], value: unknown): unknown {
  const many = withEmbeddings.safeParse(value);
  if (many.success) {
    const [first, ...rest] = many.data.embeddings;
    if (first) return { ...many.data, embeddings: [{ ...first, values: spoilVector(kind, first.values) }, ...rest] };
  }
  const one = withEmbedding.safeParse(value);
  if (one.success) {
    return { ...one.data, embedding: { ...one.data.embedding, values: spoilVector(kind, one.data.embedding.values) } };
  }
  const fetched = withVectors.safeParse(value);
  const first = fetched.success ? Object.entries(fetched.data.vectors)[0] : undefined;
  if (fetched.success && first) {
    const [id, vector] = first;
    const spoilt = { ...vector, values: spoilVector(kind, vector.values) };
    return { ...fetched.data, vectors: { ...fetched.data.vectors, [id]: spoilt } };
  }
  return value;
}

function leaveOutLast(value: unknown): unknown {
  const many = withEmbeddings.safeParse(value);
  if (many.success) return { ...many.data, embeddings: many.data.embeddings.slice(0, -1) };
  const fetched = withVectors.safeParse(value);
  if (!fetched.success) return value;
  return { ...fetched.data, vectors: Object.fromEntries(Object.entries(fetched.data.vectors).slice(0, -1)) };
}

function spoilValue(kind: Fault["kind"], value: unknown): unknown {
  if (kind === "wrong-count") {
    const counted = withCount.safeParse(value);
    return counted.success ? { ...counted.data, upsertedCount: counted.data.upsertedCount - 1 } : value;
  }
  if (kind === "missing-answers") return leaveOutLast(value);
  if (kind === "unordered") {
    const listing = withListing.safeParse(value);
    return listing.success ? { ...listing.data, vectors: listing.data.vectors.toReversed() } : value;
  }
  return spoilVectors(kind, value);
}

/** The answer of a call that has taken effect, spoilt as the fault says. */
export function spoil(fault: Fault, answer: Answer): Answer {
  const body = wholeBody(answer);
  if (fault.kind === "reset-after") return { ...answer, body, cut: "silent" };
  if (fault.kind === "truncated") return { ...answer, body, cut: "midway" };
  if (fault.kind === "malformed") return { ...answer, body: body.subarray(0, Math.ceil(body.length / 2)) };
  return { ...answer, body: Buffer.from(JSON.stringify(spoilValue(fault.kind, parseJson(body)))) };
}
