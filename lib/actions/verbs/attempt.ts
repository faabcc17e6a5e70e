import { setTimeout as pause } from "node:timers/promises";
import { isServiceFailure, retryable } from "@/lib/failures";
import { asOperatorError, type Connection } from "./service-words";

const attempts = 3;
const longestPause = 5000;

/**
 * A read that an operator waits for: tried up to three times when the failure's code says that it may pass, honouring the
 * pause that the service asked for up to 5 s. Runs pace and retry by themselves; this is for single questions.
 * Throws an `OperatorError` in the end.
 */
export async function attempt<T>(connection: Connection, work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  for (let number = 1; ; number += 1) {
    try {
      return await work();
    } catch (error) {
      const again = isServiceFailure(error) && retryable[error.code] && error.code !== "exhausted";
      if (!again || number === attempts) throw asOperatorError(error, connection);
      const delay = error.retryAfterMs ?? 200 * 2 ** number * (0.5 + Math.random());
      if (delay > longestPause) throw asOperatorError(error, connection);
      await pause(delay, undefined, signal ? { signal } : {});
    }
  }
}
