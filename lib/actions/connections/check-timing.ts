import { isServiceFailure } from "@/lib/failures";
import { isOperatorError } from "@/lib/operator-error";
import type { Check } from "@/lib/shapes/overview";
import type { Context } from "../verbs/context";
import { type Connection, wordsFor } from "../verbs/service-words";

/** How long one service may take to answer. Milliseconds. */
export const patience = 10_000;

export type Timed<T> = { ok: true; value: T; latencyMs: number } | { ok: false; error: unknown; latencyMs: number };

/** Runs one request and measures it; a failure is a value. */
export async function timed<T>(work: () => Promise<T>): Promise<Timed<T>> {
  const started = performance.now();
  const latency = () => Math.round(performance.now() - started);
  try {
    const value = await work();
    return { ok: true, value, latencyMs: latency() };
  } catch (error) {
    return { ok: false, error, latencyMs: latency() };
  }
}

/** What a failed request says of a connection, in words; an error that isn't known is logged and not shown. */
export function describeFailure(
  ctx: Context,
  failed: { error: unknown; latencyMs: number },
  connection: Connection,
): Pick<Check, "state" | "latencyMs" | "words" | "next"> {
  const { error, latencyMs } = failed;
  if (isServiceFailure(error)) {
    const slow = error.code === "aborted" && latencyMs >= patience;
    if (slow) {
      return {
        state: "error",
        latencyMs,
        words: `No answer within ${patience / 1000} s.`,
        next: "Check the network and the service's address.",
      };
    }
    const { what, next } = wordsFor(error, connection);
    return { state: "error", latencyMs, words: what, next };
  }
  if (isOperatorError(error)) return { state: "error", latencyMs, words: error.what, next: error.next };
  ctx.log.error({ error, connection }, "A connection could not be checked.");
  return { state: "error", latencyMs, words: "It could not be checked.", next: "The log says why." };
}
