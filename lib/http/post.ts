import http, { type IncomingMessage } from "node:http";
import https from "node:https";
import { answerBeyond } from "./bounded-answer";

export type Post = {
  method?: string | undefined;
  headers: Headers;
  body: Uint8Array;
  signal: AbortSignal;
  /** Bytes that the answer may have. */
  most: number;
};
export type Posted = { status: number; headers: Headers; bytes: Buffer<ArrayBuffer> };

/**
 * Sends a body that is there already, and reads the whole answer. `fetch` makes a stream of such a body and copies it three times on its way to
 * the socket, which for megabytes of vectors costs six times what sending them does. Redirects are answered as they come.
 * @throws AnswerTooLarge, and whatever the connection or the signal ends it with
 */
export function post(url: string, { method = "POST", headers, body, signal, most }: Post): Promise<Posted> {
  const { request } = new URL(url).protocol === "https:" ? https : http;
  const fields = { ...Object.fromEntries(headers), "content-length": body.byteLength };
  return new Promise((resolve, reject) => {
    const sending = request(url, { method, headers: fields, signal }, (answer) => {
      readWhole(answer, most).then(resolve, reject);
    });
    sending.on("error", reject);
    sending.end(body);
  });
}

/** Throws where the answer is cut off before its end. */
async function readWhole(answer: IncomingMessage, most: number): Promise<Posted> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of answer) {
    if (!Buffer.isBuffer(chunk)) continue;
    bytes += chunk.length;
    // Leaving the loop ends the transfer.
    if (bytes > most) throw answerBeyond(most);
    chunks.push(chunk);
  }
  const headers = new Headers();
  for (const [name, values] of Object.entries(answer.headersDistinct))
    for (const value of values ?? []) headers.append(name, value);
  return { status: answer.statusCode ?? 0, headers, bytes: Buffer.concat(chunks, bytes) };
}
