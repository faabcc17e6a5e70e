import { createServer, request as send } from "node:http";

export type Passing = { method: string; path: string; body: string };
/** An answer of a server, or with `product: false` of something that isn't Elasticsearch. */
export type Instead = { status?: number; type?: string; text: string; product?: false };
const product = { "x-elastic-product": "Elasticsearch" };
type Watcher = (passing: Passing) => void | Promise<void>;
/** What becomes of an answer; `null`: half of it arrives, then the connection is cut. */
type Rewrite = (answer: string) => string | null;

/**
 * For tests over a real server: stands between it and Portage, hands everything on as it is, and lets a test act at a certain moment,
 * as when the third bulk request is on its way.
 */
export class Between {
  private readonly watchers = new Set<Watcher>();
  private readonly rewrites = new Set<{ path: RegExp; rewrite: Rewrite }>();
  /** Points in time that were opened through here, as the server names them. */
  readonly points: string[] = [];
  requests = 0;
  /** Answers in the server's place for as long as it is set; `undefined`: the server is asked. */
  instead: ((passing: Passing) => Instead | undefined) | null = null;

  private constructor(
    private readonly upstream: URL,
    readonly url: string,
    private readonly stop: () => Promise<void>,
  ) {}

  static async open(upstream: string): Promise<Between> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("There is no port");
    const between = new Between(new URL(upstream), `http://127.0.0.1:${address.port}`, async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    });
    server.on("request", async (asked, answer) => {
      const pieces: Buffer[] = [];
      for await (const piece of asked) pieces.push(Buffer.from(piece));
      const body = Buffer.concat(pieces);
      const passing = { method: asked.method ?? "GET", path: asked.url ?? "/", body: body.toString("utf8") };
      between.requests++;
      for (const watcher of between.watchers) await watcher(passing);
      const reply = between.instead?.(passing);
      if (reply !== undefined) {
        const { status = 200, type = "application/json", text } = reply;
        answer.writeHead(status, { "content-type": type, ...(reply.product === false ? {} : product) }).end(text);
        return;
      }
      const { host: _host, "accept-encoding": _compressed, ...headers } = asked.headers;
      const onward = send(
        { ...between.place(), method: passing.method, path: passing.path, headers },
        (upstreamAnswer) => {
          const answered: Buffer[] = [];
          upstreamAnswer.on("data", (piece: Buffer) => answered.push(piece));
          upstreamAnswer.on("error", () => asked.socket.destroy());
          upstreamAnswer.on("end", () => {
            const whole = Buffer.concat(answered);
            if (passing.method === "POST" && passing.path.includes("/_pit?")) between.remember(whole.toString("utf8"));
            const head = () => answer.writeHead(upstreamAnswer.statusCode ?? 502, upstreamAnswer.headers);
            const altered = between.alteration(passing.path);
            if (altered === undefined) return void head().end(whole);
            // Read as text, so it must come as such; a new length is told by the stream's end.
            for (const name of ["content-length", "transfer-encoding"]) delete upstreamAnswer.headers[name];
            const text = altered(whole.toString("utf8"));
            if (text !== null) return void head().end(text);
            head().write(whole.subarray(0, whole.length / 2), () => asked.socket.destroy());
          });
        },
      );
      onward.on("error", () => asked.socket.destroy());
      onward.end(body);
    });
    return between;
  }

  /** Calls `act` once, while the `nth` request from now on whose path fits is held back. Resolves when `act` is done. */
  at(path: RegExp, nth: number, act: Watcher): Promise<void> {
    return new Promise((resolve, reject) => {
      let seen = 0;
      const watcher: Watcher = async (passing) => {
        if (!path.test(passing.path) || ++seen !== nth) return;
        this.watchers.delete(watcher);
        try {
          await act(passing);
          resolve();
        } catch (error) {
          reject(error);
        }
      };
      this.watchers.add(watcher);
    });
  }

  /** Alters the answer to the next request whose path fits; the server has done by then what it was asked for. */
  alter(path: RegExp, rewrite: Rewrite): void {
    this.rewrites.add({ path, rewrite });
  }

  async close(): Promise<void> {
    await this.stop();
  }

  private alteration(path: string): Rewrite | undefined {
    for (const each of this.rewrites) {
      if (!each.path.test(path)) continue;
      this.rewrites.delete(each);
      return each.rewrite;
    }
    return undefined;
  }

  private place() {
    return { host: this.upstream.hostname, port: this.upstream.port };
  }

  private remember(body: string): void {
    const id = /"id":"([^"]+)"/.exec(body)?.[1];
    if (id !== undefined) this.points.push(id);
  }
}
