import { z } from "zod";

/** A receiver that is slower is asked again later: it should keep the message and answer, not work on it. */
export const answerWithinMs = 10_000;

export type Attempt = { delivered: boolean; status: number | null; words: string };

const codeSchema = z.object({ cause: z.object({ code: z.string() }) });

/** Words for a request that got no answer: the system's code alone, since the message may hold the whole address. */
function noAnswer(error: unknown): string {
  const parsed = codeSchema.safeParse(error);
  return parsed.success ? `There was no answer (${parsed.data.cause.code}).` : "There was no answer.";
}

/**
 * Posts a message once. Any 2xx is a delivery; a redirect isn't followed, because what it leads to is not what the operator named.
 * @throws what `signal` was aborted with; every other failure is an answer
 */
export async function send(
  address: URL,
  message: { headers: Record<string, string>; body: string },
  signal: AbortSignal,
): Promise<Attempt> {
  const timeout = AbortSignal.timeout(answerWithinMs);
  let response: Response;
  try {
    response = await fetch(address, {
      method: "POST",
      headers: { "content-type": "application/json; charset=utf-8", "user-agent": "portage", ...message.headers },
      body: message.body,
      redirect: "manual",
      signal: AbortSignal.any([signal, timeout]),
    });
  } catch (error) {
    signal.throwIfAborted();
    const words = timeout.aborted ? `There was no answer within ${answerWithinMs / 1000} s.` : noAnswer(error);
    return { delivered: false, status: null, words };
  }
  // Only the status matters: what else is said may be long, or never end.
  await response.body?.cancel().catch(() => {});
  const { status } = response;
  if (response.ok) return { delivered: true, status, words: `It was accepted with status ${status}.` };
  const redirect = status >= 300 && status < 400 ? "; redirects aren't followed" : "";
  return { delivered: false, status, words: `It was answered with status ${status}${redirect}.` };
}
