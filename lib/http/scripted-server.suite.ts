import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import { Readable } from "node:stream";

export type Seen = { method: string; url: URL; headers: IncomingHttpHeaders; body: string };
/** `reset`: the connection breaks off without an answer. `hang`: no answer ever comes. `half`: the answer breaks off in its middle. `endless`: it never ends. */
export type Reply =
  | { status?: number; headers?: Record<string, string>; json?: unknown; text?: string; bytes?: Buffer }
  | "reset"
  | "hang"
  | "half"
  | "endless";

export type ScriptedServer = { url: string; seen: Seen[]; close(): Promise<void> };

/** Spaces without an end. */
function* without(): Generator<Buffer> {
  const spaces = Buffer.alloc(1 << 20, " ");
  for (;;) yield spaces;
}

/** For tests of connectors: a loopback server that answers as the test says, and keeps what it was sent. */
export async function scriptServer(answer: (request: Seen) => Reply | Promise<Reply>): Promise<ScriptedServer> {
  const seen: Seen[] = [];
  const server: Server = createServer({ maxHeaderSize: 1 << 20 }, async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    const url = new URL(request.url ?? "/", "http://127.0.0.1");
    const body = Buffer.concat(chunks).toString("utf8");
    const call: Seen = { method: request.method ?? "GET", url, headers: request.headers, body };
    seen.push(call);
    const reply = await answer(call);
    if (reply === "hang") return;
    if (reply === "reset") {
      request.socket.resetAndDestroy();
      return;
    }
    if (reply === "half") {
      response.writeHead(200, { "content-type": "application/json", "content-length": "1000" });
      response.write('{"vectors":', () => request.socket.destroy());
      return;
    }
    if (reply === "endless") {
      response.writeHead(200, { "content-type": "application/json", "x-elastic-product": "Elasticsearch" });
      Readable.from(without())
        .on("error", () => {})
        .pipe(response);
      return;
    }
    const { status = 200, headers = {}, json, text = JSON.stringify(json ?? {}), bytes = text } = reply;
    response.writeHead(status, { "content-type": "application/json", ...headers }).end(bytes);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server has no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    seen,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
