import { z } from "zod";
import type { Json } from "@/lib/formats/contract";
import type { Fetched, RecordHead, VectorRecord } from "../contract";
import { type HeadRules, withText } from "../files/file-metadata";
import { failure, service } from "./failures";
import { exactJson } from "./large-integers";
import { type ChromaServer, parse, type Request } from "./server";

const numbers = z.custom<number[]>((value) => Array.isArray(value), "not a list");
/** Not by `z.record`, which leaves out a key `__proto__`. */
const object = z.custom<object>((value) => typeof value === "object" && value !== null, "not an object");
const answerSchema = z.object({
  ids: z.array(z.string()),
  embeddings: z.array(numbers.nullable()).nullish(),
  documents: z.array(z.string().nullable()).nullish(),
  metadatas: z.array(object.nullable()).nullish(),
});

/** A record as the server gave it. `values: null`: none was asked for, or its vector is lost. */
export type ServedRecord = { document: string | null; metadata: Map<string, Json>; values: number[] | null };

/** Records of these IDs in the service, by ID. */
export async function getRecords(
  server: ChromaServer,
  id: string,
  ids: readonly string[],
  call: Request,
  values: boolean,
): Promise<Map<string, ServedRecord>> {
  if (ids.length === 0) return new Map();
  const include = ["documents", "metadatas", ...(values ? ["embeddings"] : [])];
  const body = { ids: [...new Set(ids)], include };
  const answer = parse(
    answerSchema,
    await server.records(id, "get", { ...call, method: "POST", body }),
    call.operation,
  );
  const asked = new Set(ids);
  const found = new Map<string, ServedRecord>();
  for (const list of [answer.embeddings, answer.documents, answer.metadatas])
    if (list && list.length !== answer.ids.length)
      throw failure("malformed", call.operation, `${service} gave lists of different lengths`);
  for (const [at, one] of answer.ids.entries()) {
    if (!asked.has(one)) throw failure("malformed", call.operation, `${service} gave a record that wasn't asked for`);
    const metadata = exactJson(answer.metadatas?.[at] ?? {});
    found.set(one, {
      document: answer.documents?.[at] ?? null,
      metadata: metadata instanceof Map ? metadata : new Map(),
      values: answer.embeddings?.[at] ?? null,
    });
  }
  return found;
}

/** Puts what was found into the order in which it was asked for. */
export function sortOut<R>(
  ids: readonly string[],
  found: ReadonlyMap<string, ServedRecord>,
  shape: (id: string, record: ServedRecord) => R | { wrong: string },
): Fetched<R> {
  const fetched: Fetched<R> = { records: [], missing: [], unreadable: [] };
  for (const id of new Set(ids)) {
    const record = found.get(id);
    const shaped = record && shape(id, record);
    if (shaped === undefined) fetched.missing.push(id);
    else if (isWrong(shaped))
      fetched.unreadable.push({ id, detail: `${shaped.wrong.charAt(0).toUpperCase()}${shaped.wrong.slice(1)}.` });
    else fetched.records.push(shaped);
  }
  return fetched;
}

export const headBy =
  (rules: HeadRules) =>
  (id: string, { metadata, document }: ServedRecord): RecordHead | { wrong: string } => {
    const head = withText(metadata, document, rules);
    return "wrong" in head ? head : { id, metadata: head.metadata };
  };

export const recordBy =
  (rules: HeadRules) =>
  (id: string, record: ServedRecord): VectorRecord | { wrong: string } => {
    const head = headBy(rules)(id, record);
    if ("wrong" in head) return head;
    const { values } = record;
    if (values === null || values.length === 0)
      return { wrong: "text without vector: its vector is lost. Its text can be embedded" };
    if (!values.every((value) => Number.isFinite(value)))
      return { wrong: "its vector holds something that isn't a finite number" };
    return { ...head, values };
  };

function isWrong<R>(shaped: R | { wrong: string }): shaped is { wrong: string } {
  return typeof shaped === "object" && shaped !== null && "wrong" in shaped;
}
