/** Under which signal a request runs, and why it ended early if it did. */
export type Deadline = { signal: AbortSignal; ended(): "expired" | "cancelled" | null };

/**
 * Runs `work` under a signal that fires with the caller's or after `milliseconds`. Unlike `AbortSignal.any` with `AbortSignal.timeout` it leaves
 * neither a timer nor a listener behind on a signal that outlives many requests.
 */
export async function withDeadline<T>(
  milliseconds: number,
  outer: AbortSignal | undefined,
  work: (deadline: Deadline) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  let ended: "expired" | "cancelled" | null = outer?.aborted ? "cancelled" : null;
  const end = (why: "expired" | "cancelled") => {
    ended ??= why;
    controller.abort();
  };
  const cancel = () => end("cancelled");
  outer?.addEventListener("abort", cancel, { once: true });
  const timer = setTimeout(() => end("expired"), milliseconds);
  if (ended) controller.abort();
  try {
    return await work({ signal: controller.signal, ended: () => ended });
  } finally {
    clearTimeout(timer);
    outer?.removeEventListener("abort", cancel);
  }
}
