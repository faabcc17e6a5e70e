import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Answer, Exchange } from "./exchange";

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

async function send(answer: Answer, response: ServerResponse): Promise<void> {
  if (answer.cut === "silent") {
    response.destroy();
    return;
  }
  response.statusCode = answer.status;
  for (const [name, value] of Object.entries(answer.headers ?? {})) response.setHeader(name, value);
  if (Buffer.isBuffer(answer.body)) {
    response.setHeader("content-length", answer.body.length);
    if (answer.cut === "midway") {
      response.write(answer.body.subarray(0, Math.floor(answer.body.length / 2)), () => response.destroy());
    } else response.end(answer.body);
    return;
  }
  for (const piece of answer.body) {
    if (!response.write(piece)) await Promise.race([once(response, "drain"), once(response, "close")]);
    if (response.closed) return;
  }
  response.end();
}

/**
 * Serves `handle` on loopback until closed. Connections are kept alive; closing cuts those that are open.
 * @param port 0 for any free one
 */
export async function listen(port: number, handle: (exchange: Exchange) => Promise<Answer>): Promise<Listening> {
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const target = request.url ?? "/";
    const mark = target.indexOf("?");
    const exchange: Exchange = {
      method: request.method ?? "GET",
      path: mark < 0 ? target : target.slice(0, mark),
      query: new URLSearchParams(mark < 0 ? "" : target.slice(mark + 1)),
      header: (name) => {
        const value = request.headers[name];
        return typeof value === "string" ? value : undefined;
      },
      body: await readBody(request),
    };
    await send(await handle(exchange), response);
  };
  const server = createServer({ maxHeaderSize: headerBytes, keepAliveTimeout: 60_000 }, (request, response) => {
    serve(request, response).catch(() => response.destroy());
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The stand-in has no port.");
  return {
    url: `http://127.0.0.1:${address.port}`,
    port: address.port,
    close: async () => {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
