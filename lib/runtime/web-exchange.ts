import type { IncomingMessage, ServerResponse } from "node:http";
import type { OperatorError } from "@/lib/operator-error";

/** Nothing that signs somebody in is longer. Bytes. */
const largestBody = 64 * 1024;

/** The body of a small request; `null` where it is larger than any should be. */
export async function readBody(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    size += bytes.byteLength;
    if (size > largestBody) return null;
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** A request of Node's as the web's, whose address is the one that members use. */
export function asRequest(
  { method = "GET", url = "/", headers }: IncomingMessage,
  base: string,
  body: string,
): Request {
  const given = new Headers();
  for (const [name, value] of Object.entries(headers)) for (const one of [value ?? []].flat()) given.append(name, one);
  const has = method !== "GET" && method !== "HEAD";
  return new Request(new URL(url, base), { method, headers: given, ...(has ? { body } : {}) });
}

/** Sends an answer of the web's over Node's, its cookies each in a header of its own. */
export function sendResponse(response: ServerResponse, answer: Response): void {
  for (const [name, value] of answer.headers) if (name !== "set-cookie") response.setHeader(name, value);
  const cookies = answer.headers.getSetCookie();
  if (cookies.length > 0) response.setHeader("set-cookie", cookies);
  response.setHeader("cache-control", "no-store");
  response.statusCode = answer.status;
  void answer.text().then(
    (text) => response.end(text),
    () => response.destroy(),
  );
}

/** An answer as RFC 9457 has it, with Portage's three sentences. */
export function sendProblem(response: ServerResponse, status: number, error: OperatorError): void {
  const { code, what, notLost, next } = error;
  const body = {
    type: `urn:portage:problem:${code}`,
    title: what,
    status,
    detail: `${notLost} ${next}`,
    code,
    what,
    notLost,
    next,
  };
  response.writeHead(status, {
    "content-type": "application/problem+json",
    "cache-control": "no-store",
    ...(status === 401 ? { "www-authenticate": 'Bearer realm="Portage"' } : {}),
  });
  response.end(JSON.stringify(body));
}
