import { once, setMaxListeners } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type Answer, type Exchange, text } from "./exchange";

/** Bytes of a request that are read at all; the largest documented limit of a service (20 MB) lies below. */
const requestBytes = 32 * 1024 * 1024;
/** Node's own limit of 16 KiB would refuse a fetch of more than some 300 IDs, which the services answer. */
const headerBytes = 1024 * 1024;

export type Listening = { url: string; port: number; close(): Promise<void> };

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of request) {
    if (!Buffer.isBuffer(piece)) continue;
    bytes += piece.length;
    if (bytes <= requestBytes) pieces.push(piece);
  }
  return pieces.length === 1 && pieces[0] ? pieces[0] : Buffer.concat(pieces);
}

async function readExchange(request: IncomingMessage, signal: AbortSignal): Promise<Exchange> {
  const target = request.url ?? "/";
  const mark = target.indexOf("?");
  return {
    method: request.method ?? "GET",
    path: mark < 0 ? target : target.slice(0, mark),
    query: new URLSearchParams(mark < 0 ? "" : target.slice(mark + 1)),
    header: (name) => {
      const value = request.headers[name];
      return typeof value === "string" ? value : undefined;
    },
    body: await readBody(request),
    signal,
  };
}

/** Resolves once the response takes more, or never will. */
function writable(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    if (response.destroyed) return resolve();
    const done = () => {
      response.off("drain", done).off("close", done);
      resolve();
    };
    response.on("drain", done).on("close", done);
  });
}

async function stream(body: Iterable<Buffer>, response: ServerResponse): Promise<void> {
  for (const piece of body) {
    if (!response.write(piece)) await writable(response);
    if (response.destroyed) return;
  }
  response.end();
}

async function send(answer: Answer, response: ServerResponse): Promise<void> {
  if (answer.cut === "silent") {
    response.destroy();
    return;
  }
  response.statusCode = answer.status;
  for (const [name, value] of Object.entries(answer.headers ?? {})) response.setHeader(name, value);
  if (!Buffer.isBuffer(answer.body)) return stream(answer.body, response);
  response.setHeader("content-length", answer.body.length);
  if (answer.cut === undefined) response.end(answer.body);
  else response.write(answer.body.subarray(0, Math.floor(answer.body.length / 2)), () => response.destroy());
}

/**
 * Serves `handle` on loopback until closed. Connections are kept alive; closing cuts those that are open and waits for work in hand.
 * @param port 0 for any free one
 * @param report told of a failure that is the stand-in's own; it is answered with 500
 */
export async function listen(
  port: number,
  handle: (exchange: Exchange) => Promise<Answer>,
  report: (error: unknown) => void,
): Promise<Listening> {
  const closing = new AbortController();
  // Every answer that waits listens.
  setMaxListeners(0, closing.signal);
  const inHand = new Set<Promise<void>>();
  const answer = async (exchange: Exchange): Promise<Answer> => {
    try {
      return await handle(exchange);
    } catch (error) {
      if (!closing.signal.aborted) report(error);
      return text(500, "Internal server error");
    }
  };
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    try {
      await send(await answer(await readExchange(request, closing.signal)), response);
    } catch {
      // The client is gone.
      response.destroy();
    }
  };
  const server = createServer({ maxHeaderSize: headerBytes, keepAliveTimeout: 60_000 }, (request, response) => {
    const work = serve(request, response).finally(() => inHand.delete(work));
    inHand.add(work);
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The stand-in has no port.");
  return {
    url: `http://127.0.0.1:${address.port}`,
    port: address.port,
    close: async () => {
      closing.abort();
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
      await Promise.all(inHand);
    },
  };
}
