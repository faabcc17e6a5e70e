import { setTimeout as delay } from "node:timers/promises";
import type { Embedded } from "@/lib/embedders/contract";
import { isServiceFailure, retryable } from "@/lib/failures";
import { prepare } from "../compare/prepare";
import { readHeads, readTargetRecords } from "../compare/read-heads";
import type { Work } from "../compare/work";
import { Drained, WaitUntil } from "../lifecycle/interruptions";
import { pacedFor } from "../transfer/transfer-batch";
import type { Mismatch } from "./compare-records";

/** Of one model's vectors of the same text; those of other texts are far below. Services don't give the very same numbers twice. */
export const alikeFrom = 0.99;
/** A check isn't worth hours of waiting for the embedder. */
const attempts = 3;
const pauseMs = 500;

/** `alike`: IDs whose vector is one of their text. `unchecked`: how many couldn't be told, `why` when the service refused. */
export type EmbeddedAgain = { mismatches: Mismatch[]; alike: string[]; unchecked: number; why: string | null };

/**
 * Embeds the texts of records again and compares with the vectors that stand in the target, by cosine similarity. What it costs is
 * counted like any embedding; the quotas pace it.
 */
export async function embedAgain(work: Work, ids: readonly string[]): Promise<EmbeddedAgain> {
  const sum: EmbeddedAgain = { mismatches: [], alike: [], unchecked: 0, why: null };
  const size = Math.min(work.parts.embedder.limits.textsPerCall, work.allowances.batch.texts, 100);
  for (let start = 0; start < ids.length; start += size) {
    if (sum.why !== null) sum.unchecked += Math.min(size, ids.length - start);
    else await embedSome(work, ids.slice(start, start + size), sum);
  }
  return sum;
}

async function embedSome(work: Work, ids: readonly string[], sum: EmbeddedAgain): Promise<void> {
  const [source, target] = await Promise.all([readHeads(work, "source", ids), readTargetRecords(work, ids)]);
  const items = [];
  for (const head of source.records.values()) {
    const record = target.records.get(head.id);
    const prepared = await prepare(work, head);
    if (record && prepared.ok) items.push({ sequence: 0, position: 0, head, prepared, values: record.values });
  }
  sum.unchecked += ids.length - items.length;
  if (items.length === 0) return;
  const answers = await embedOnce(work, items);
  if ("why" in answers) {
    sum.why = answers.why;
    sum.unchecked += items.length;
    return;
  }
  await work.ledger.noteChecked(
    items.length,
    items.reduce((tokens, item) => tokens + item.prepared.tokens, 0),
  );
  for (const [position, { head, values }] of items.entries()) {
    const answer = answers.vectors[position];
    if (!answer?.ok) {
      sum.unchecked++;
      continue;
    }
    const alike = cosine(answer.values, values);
    if (alike >= alikeFrom) sum.alike.push(head.id);
    else
      sum.mismatches.push({
        id: head.id,
        reason: "vector-differs",
        detail: `The vector isn't one of its text: embedded again, the cosine similarity is ${alike.toFixed(3)}.`,
      });
  }
}

type Items = Parameters<typeof pacedFor>[1];

async function embedOnce(work: Work, items: Items): Promise<{ vectors: Embedded[] } | { why: string }> {
  for (let attempt = 1; ; attempt++) {
    try {
      await work.calls.pace(pacedFor(work, items));
      const texts = items.map((item) => item.prepared.text);
      return { vectors: await work.parts.embedder.embed(texts, { signal: work.drain }) };
    } catch (error) {
      if (work.drain.aborted) throw new Drained();
      if (error instanceof WaitUntil) return { why: error.words };
      if (!isServiceFailure(error)) throw error;
      if (!retryable[error.code] || error.code === "exhausted" || attempt === attempts)
        return { why: `${error.service} answered: ${error.message}` };
      await delay(pauseMs * attempt, undefined, { signal: work.drain }).catch(() => {
        throw new Drained();
      });
    }
  }
}

/** Of two vectors of the same length; 0 where their lengths differ or one is all zeros. */
export function cosine(a: readonly number[], b: readonly number[]): number {
  if (a.length !== b.length) return 0;
  let [dot, left, right] = [0, 0, 0];
  for (let at = 0; at < a.length; at++) {
    const [x, y] = [a[at] ?? 0, b[at] ?? 0];
    dot += x * y;
    left += x * x;
    right += y * y;
  }
  return left === 0 || right === 0 ? 0 : dot / Math.sqrt(left * right);
}
