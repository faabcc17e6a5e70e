import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import type { MessagePort } from "node:worker_threads";

/** A database that is open: each client has a port, over which it speaks PostgreSQL's protocol. */
export type Served = { connect(): MessagePort; close(): Promise<void> };

export type PostgresOptions = {
  /** 0 for any free one. */
  port: number;
  open(): Promise<Served>;
  /** Told of what is the stand-in's own failure. */
  report(error: unknown): void;
  /** Without a client for so long, the database is closed and its memory given back. */
  idleMs?: number;
};

/** What clients are let in by: they are on this machine, and the database holds nothing but samples. */
const login = "sandbox:sandbox";

/** Serves a database on loopback. It is opened by the first client and not before: it takes a second, and hundreds of megabytes. */
export async function listenPostgres({ port, open, report, idleMs = 60_000 }: PostgresOptions) {
  const sockets = new Set<Socket>();
  let opened: Promise<Served> | null = null;
  let closing: Promise<unknown> = Promise.resolve();
  let idle: NodeJS.Timeout | undefined;

  const shut = () => {
    clearTimeout(idle);
    const standing = opened;
    opened = null;
    if (standing) closing = standing.then((served) => served.close()).catch(report);
    return closing;
  };
  const leave = (socket: Socket) => {
    sockets.delete(socket);
    if (sockets.size > 0 || opened === null) return;
    idle = setTimeout(() => void shut(), idleMs).unref();
  };
  const serve = async (socket: Socket) => {
    sockets.add(socket);
    clearTimeout(idle);
    socket.on("error", () => {}).on("close", () => leave(socket));
    opened ??= closing.then(open);
    try {
      const client = (await opened).connect();
      client.on("message", (bytes: unknown) => bytes instanceof Uint8Array && socket.write(bytes));
      client.on("close", () => socket.end());
      socket.on("close", () => client.close());
      socket.on("data", (bytes) => {
        const own = new Uint8Array(bytes);
        client.postMessage(own, [own.buffer]);
      });
      if (socket.destroyed) client.close();
    } catch (error) {
      opened = null;
      report(error);
      socket.destroy();
    }
  };
  const server = createServer((socket) => void serve(socket));
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The stand-in has no port.");
  return {
    url: `postgresql://${login}@127.0.0.1:${address.port}/sandbox`,
    close: async () => {
      server.close();
      for (const socket of sockets) socket.destroy();
      await shut();
    },
  };
}
