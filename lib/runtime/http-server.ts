import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { addressHeader } from "@/lib/auth/paths";
import { codeOf } from "@/lib/db/refusals";
import { OperatorError } from "@/lib/operator-error";
import { whoHeader } from "@/lib/shapes/team/role";
import { instanceHeader } from "./data-lock";
import type { Door } from "./door";
import { checkRequest, type GuardRefusal } from "./request-guard";

/** What stands behind the guard. */
export type Answering = {
  /** Tells whoever asks which holder of a data directory answers, see `data-lock.ts`. */
  instance: string | null;
  /** Says who asks; see `door.ts`. */
  door: Door;
  request(request: IncomingMessage, response: ServerResponse): unknown;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): unknown;
};

export type GuardedServer = {
  url: string;
  /** Takes no more connections and ends those that are idle; `end` ends the rest too. */
  close(): void;
  end(): void;
};

/** For pages that hold an operator's controls: not to be framed, guessed at, or read by other sites. */
const HEADERS = {
  "X-Frame-Options": "DENY",
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
};

/**
 * So much of a client at a time; the rest is turned away. Streams of events say something every few seconds, so they stay, and a client that sends its
 * request drop by drop, or nothing more, is let go.
 */
const bounds = { connections: 1000, headersMs: 15_000, requestMs: 120_000, silentMs: 300_000 };

/** Browsers heed it over HTTPS and on loopback, and complain of it elsewhere. */
const opener = { "Cross-Origin-Opener-Policy": "same-origin" };
const headersFor = (publicUrl: string | null) =>
  publicUrl === null || publicUrl.startsWith("https:") ? { ...HEADERS, ...opener } : HEADERS;

/**
 * What a page may load and run: its own, and of scripts in the page only those that this answer marked. Styles of elements stay allowed: charts
 * and long tables place their parts by them.
 */
const policyWith = (nonce: string) =>
  [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; ");

/** A header's name, as Next reads the mark of its own scripts from a request, and as a browser reads it from an answer. */
const policyHeader = "content-security-policy";

/**
 * Listens at once, so that a taken port is known before anything else is opened; requests wait for `answering`.
 * Every request is checked first, whatever it asks for: pages, API, events, static files, upgrades.
 * @throws OperatorError `port-taken`, `cannot-listen`
 */
export async function listen(
  at: { host: string; port: number; publicUrl?: string | null },
  answering: Promise<Answering>,
  { connections, headersMs, requestMs, silentMs } = bounds,
): Promise<GuardedServer> {
  const server = createServer({
    headersTimeout: headersMs,
    requestTimeout: requestMs,
    connectionsCheckingInterval: Math.min(headersMs, 5000),
  });
  server.maxConnections = connections;
  server.setTimeout(silentMs);
  await listening(server, at);
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : at.port;

  const headers = Object.entries(headersFor(at.publicUrl ?? null));
  server.on("request", async (request: IncomingMessage, response: ServerResponse) => {
    const refusal = checkRequest(request, port, at.publicUrl ?? null);
    if (refusal) return refuse(response, refusal);
    // Who asks is found out here, and never believed.
    delete request.headers[whoHeader];
    delete request.headers[addressHeader];
    for (const [name, value] of headers) response.setHeader(name, value);
    // Pages that reload while they are developed evaluate texts as scripts.
    if (process.env.NODE_ENV !== "development") {
      const policy = policyWith(randomBytes(16).toString("base64"));
      request.headers[policyHeader] = policy;
      response.setHeader(policyHeader, policy);
    }
    try {
      const { instance, door, request: answer } = await answering;
      if (instance !== null) response.setHeader(instanceHeader, instance);
      if (!(await door(request, response))) await answer(request, response);
    } catch {
      if (!response.headersSent) response.statusCode = 500;
      response.end();
    }
  });
  server.on("upgrade", async (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on("error", () => socket.destroy());
    if (checkRequest(request, port, at.publicUrl ?? null))
      return socket.end("HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n");
    await answering.then((answer) => answer.upgrade(request, socket, head)).catch(() => socket.destroy());
  });
  return {
    url: `http://${reachedAt(at.host)}:${port}`,
    close() {
      server.close();
      server.closeIdleConnections();
    },
    end() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** Where commands of this machine reach it: "every address" is none that it answers to. */
function reachedAt(host: string): string {
  if (host === "0.0.0.0") return "127.0.0.1";
  if (host === "::") return "[::1]";
  return host.includes(":") ? `[${host}]` : host;
}

async function listening(server: Server, { host, port }: { host: string; port: number }): Promise<void> {
  server.listen(port, host);
  try {
    await once(server, "listening");
  } catch (error) {
    const taken = codeOf(error) === "EADDRINUSE";
    throw new OperatorError({
      kind: "usage",
      code: taken ? "port-taken" : "cannot-listen",
      what: taken
        ? `Port ${port} of ${host} is taken by another program.`
        : `Listening on ${host}:${port} isn't possible.`,
      notLost: "Nothing was started.",
      next: "Set PORT to another number (0 takes any free one), or stop the other program.",
      cause: error,
    });
  }
}

function refuse(response: ServerResponse, { status, code, what, next }: GuardRefusal): void {
  const notLost = "Nothing was done.";
  const body = { type: "about:blank", title: what, status, detail: `${notLost} ${next}`, code, what, notLost, next };
  response.writeHead(status, { "Content-Type": "application/problem+json", Connection: "close" });
  response.end(JSON.stringify(body));
}
