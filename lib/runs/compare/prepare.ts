import { isServiceFailure, retryable } from "@/lib/failures";
import { classifyChange } from "@/lib/plan/classify-change";
import { estimateTokens, truncateToTokens } from "@/lib/plan/estimate/tokens";
import type { Seen, VectorFrom } from "@/lib/plan/seen";
import type { Reason } from "@/lib/shapes/runs/reason";
import type { Metadata } from "@/lib/stores/contract";
import type { NewFinding } from "../lifecycle/finding-rows";
import { Drained } from "../lifecycle/interruptions";
import type { Work } from "./work";

/** A record that can be transferred: what is embedded (cut to the model's limit where it must be) and what is written. */
export type Prepared = {
  ok: true;
  /** Where its vector comes from; `text` is empty and `tokens` 0 where that isn't the text. */
  from: VectorFrom["from"];
  text: string;
  tokens: number;
  metadata: Metadata;
  metadataBytes: number;
  warning: NewFinding | null;
};
export type Refused = { ok: false; reason: Reason; detail: string };

/** Estimates are off by less than this for any script that was measured: nearer to the limit the model itself is asked. */
const askFrom = 0.6;
/** Cuts converge in one or two; more would mean that the service counts in some way that cutting doesn't change. */
const mostCuts = 6;
const countAttempts = 3;
/** Which a model may add of its own, around any text. */
const addedTokens = 16;

/**
 * What would become of a new record, without embedding or writing anything. Same answer for a dry run and for the run.
 * Asks the service for an exact count only for texts near the model's limit.
 */
export async function prepare(work: Work, head: Seen): Promise<Prepared | Refused> {
  const classified = classifyChange(head, null, work.held.settings, work.capacity);
  if (classified.kind === "problem") return { ok: false, reason: classified.reason, detail: classified.detail };
  // Without a target record there is nothing that could be unchanged or updated.
  if (classified.kind !== "create") throw new Error(`a new record was classified as ${classified.kind}`);
  return prepareVector(work, classified);
}

/** What is written of a record, with the text fitted to the model where its vector is made of one. */
export async function prepareVector(
  work: Work,
  { vector, metadata, metadataBytes }: { vector: VectorFrom; metadata: Metadata; metadataBytes: number },
): Promise<Prepared | Refused> {
  if (vector.from === "text") return prepareText(work, { text: vector.text, metadata, metadataBytes });
  return { ok: true, from: vector.from, text: "", tokens: 0, metadata, metadataBytes, warning: null };
}

/** Fits what is embedded to the model: the same for a record that is created and one that is embedded again. */
export async function prepareText(
  work: Work,
  { text, metadata, metadataBytes }: { text: string; metadata: Metadata; metadataBytes: number },
): Promise<Prepared | Refused> {
  const { settings } = work.held;
  const fitted = await fitText(work, text);
  const { tokensPerText } = work.parts.embedder.limits;
  if (fitted.cutFrom === null || tokensPerText === null)
    return { ok: true, from: "text", text: fitted.text, tokens: fitted.tokens, metadata, metadataBytes, warning: null };
  if (settings.longTextPolicy === "skip") {
    const detail = `The text has ${number(fitted.cutFrom)} tokens; the model reads up to ${number(tokensPerText)}.`;
    return { ok: false, reason: "text-too-long", detail };
  }
  const detail = `The text has ${number(fitted.cutFrom)} tokens; the model reads up to ${number(tokensPerText)}. Its first ${number(Math.min(fitted.tokens, tokensPerText))} were embedded; the metadata keeps the whole text.`;
  return {
    ok: true,
    from: "text",
    text: fitted.text,
    tokens: fitted.tokens,
    metadata,
    metadataBytes,
    warning: { kind: "warning", reason: "text-too-long", detail },
  };
}

const number = (value: number) => value.toLocaleString("en-US");

/** `cutFrom` is the whole text's tokens when it had to be cut, else `null`. */
type Fitted = { text: string; tokens: number; cutFrom: number | null };

async function fitText(work: Work, text: string): Promise<Fitted> {
  const limit = work.parts.embedder.limits.tokensPerText;
  const estimated = estimateTokens(text);
  // A limit that isn't known is no reason to cut.
  if (limit === null) return { text, tokens: estimated, cutFrom: null };
  if (estimated < limit * askFrom) return { text, tokens: estimated, cutFrom: null };
  const whole = await countTokens(work, text, estimated);
  if (whole <= limit) return { text, tokens: whole, cutFrom: null };
  let cut = text;
  let tokens = whole;
  for (let round = 0; round < mostCuts && tokens > limit; round++) {
    // The estimate's own unit: cut to as much of it as the exact count leaves room for, a little less each round.
    const share = (limit / tokens) * (1 - 0.01 * round);
    cut = truncateToTokens(cut, Math.max(1, Math.floor(estimateTokens(cut) * share)));
    tokens = await countTokens(work, cut, estimateTokens(cut));
  }
  return { text: cut, tokens, cutFrom: whole };
}

/**
 * The exact count; the estimate, which errs on the high side, where the service can't count or doesn't answer: counting is a courtesy,
 * and no run waits for it.
 */
async function countTokens(work: Work, text: string, estimated: number): Promise<number> {
  for (let attempt = 1; attempt <= countAttempts; attempt++) {
    if (work.drain.aborted) throw new Drained();
    try {
      const counted = await work.parts.embedder.countTokens(text, { signal: work.drain });
      // A count of nothing, or of more tokens than the text has bytes, is none: a text would be cut to nothing, or not be said to be cut.
      if (counted > 0 && counted <= Buffer.byteLength(text) + addedTokens) return counted;
      break;
    } catch (error) {
      if (!isServiceFailure(error)) throw error;
      if (error.code === "auth") throw error;
      if (!retryable[error.code]) break;
    }
  }
  if (work.drain.aborted) throw new Drained();
  return estimated;
}
