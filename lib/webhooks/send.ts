import { type ClientRequest, request as overHttp, type RequestOptions } from "node:http";
import { request as overHttps } from "node:https";
import { lookupPublic, privateCode } from "./private-address";

/** A receiver that is slower is asked again later: it should keep the message and answer, not work on it. */
export const answerWithinMs = 10_000;

export type Attempt = { delivered: boolean; status: number | null; words: string };

/** Words for a request that got no answer: the system's code alone, since the message may hold the whole address. */
function noAnswer(error: unknown): string {
  const code = error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : null;
  if (code === privateCode)
    return "Its name leads to an address of this machine or of a local network, where nothing is sent (PORTAGE_WEBHOOK_PRIVATE).";
  return code === null ? "There was no answer." : `There was no answer (${code}).`;
}

/** The status of the answer. Only that matters: what else is said may be long, or never end. */
function statusOf(request: ClientRequest, body: string): Promise<number> {
  return new Promise((resolve, reject) => {
    request.once("error", reject);
    // An answer that asks to switch protocols is none: the connection ends without another word.
    request.once("close", () => reject(new Error("The connection was closed")));
    request.once("response", (response) => {
      response.once("error", () => {});
      response.destroy();
      resolve(response.statusCode ?? 0);
    });
    request.end(body);
  });
}

/**
 * Posts a message once. Any 2xx is a delivery; a redirect isn't followed, because what it leads to is not what the operator named.
 * @param reach where it may lead: `public`, refused after the name was resolved where that is private; or anywhere
 * @throws what `signal` was aborted with; every other failure is an answer
 */
export async function send(
  address: URL,
  message: { headers: Record<string, string>; body: string },
  signal: AbortSignal,
  reach: "public" | "any" = "any",
): Promise<Attempt> {
  const timeout = AbortSignal.timeout(answerWithinMs);
  const options: RequestOptions = {
    method: "POST",
    headers: {
      "content-type": "application/json; charset=utf-8",
      "content-length": Buffer.byteLength(message.body),
      "user-agent": "portage",
      ...message.headers,
    },
    agent: false,
    signal: AbortSignal.any([signal, timeout]),
    ...(reach === "public" && { lookup: lookupPublic }),
  };
  let status: number;
  try {
    const request = address.protocol === "https:" ? overHttps(address, options) : overHttp(address, options);
    status = await statusOf(request, message.body);
  } catch (error) {
    signal.throwIfAborted();
    const words = timeout.aborted ? `There was no answer within ${answerWithinMs / 1000} s.` : noAnswer(error);
    return { delivered: false, status: null, words };
  }
  if (status >= 200 && status < 300) return { delivered: true, status, words: `HTTP ${status}` };
  const redirect = status >= 300 && status < 400 ? "; redirects aren't followed" : "";
  return { delivered: false, status, words: `HTTP ${status}${redirect}` };
}
