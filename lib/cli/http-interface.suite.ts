import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { dispatch } from "@/app/api/dispatch";
import { GET as events } from "@/app/api/v1/runs/[id]/events/route";

/** The HTTP interface without pages, in this process. */
export type HttpInterface = { url: string; close(): void };

/** Serves the context that is offered in this process. `close` cuts off whoever is connected. */
export async function serveHttpInterface(): Promise<HttpInterface> {
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("There is no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  const gone = new AbortController();
  response.on("close", () => gone.abort());
  const headers = Object.entries(request.headers).map(([key, value]): [string, string] => [key, String(value)]);
  const { method = "GET" } = request;
  const asked = new Request(`http://${request.headers.host}${request.url}`, {
    method,
    headers,
    body: method === "GET" ? null : Buffer.concat(chunks),
    signal: gone.signal,
  });
  const id = /\/runs\/([^/]+)\/events$/.exec(request.url ?? "")?.[1];
  const given = id === undefined ? await dispatch(asked) : await events(asked, { params: Promise.resolve({ id }) });
  response.writeHead(given.status, Object.fromEntries(given.headers));
  const reader = given.body?.getReader();
  for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) response.write(part.value);
  response.end();
}
