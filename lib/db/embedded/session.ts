import type { MessagePort } from "node:worker_threads";
import { FrontendReader, fatal, query, readAnswer, textOf, welcome } from "./frames";

/** Runs a batch of the wire protocol to its end and answers all that the database said. */
export type Execute = (batch: Uint8Array) => Promise<Buffer>;

type Connection = {
  port: MessagePort;
  reader: FrontendReader;
  listens: boolean;
  /** The statements by which its client set the session up; kept with `privately` alone. */
  settings: string[];
};
type Turn = { connection: Connection; bytes: Uint8Array };

export type SessionOptions = {
  execute: Execute;
  serverVersion: string;
  /** A transaction in which nothing happens for so long is rolled back and its client sent away. */
  idleInTransactionMs?: number;
  /** What a client sets is its own, as at a server: it is set again whenever another had its turn between. */
  privately?: { processId: number };
};

/**
 * Shares the one session of an embedded database among any number of node-postgres clients. Batches take turns in the
 * order of their arrival; from the batch that opens a transaction to the one that ends it, only its client's batches run.
 * A client that goes away in the middle of a transaction has it rolled back.
 *
 * Session state is shared: no session-level advisory lock, named statement or `UNLISTEN` is private to a client, and no `SET` but with `privately`.
 */
export class Session {
  readonly #options: SessionOptions;
  readonly #connections = new Set<Connection>();
  #waiting: Turn[] = [];
  #owner: Connection | null = null;
  #busy = false;
  #last: Connection | null = null;
  #idle: NodeJS.Timeout | null = null;

  constructor(options: SessionOptions) {
    this.#options = options;
  }

  /** Speaks the protocol with the client at the other end of `port` until either side closes it. */
  serve(port: MessagePort): void {
    const connection: Connection = { port, reader: new FrontendReader(), listens: false, settings: [] };
    this.#connections.add(connection);
    port.on("message", (chunk: unknown) => {
      if (chunk instanceof Uint8Array) this.#receive(connection, chunk);
    });
    port.on("close", () => this.#leave(connection));
  }

  #receive(connection: Connection, chunk: Uint8Array): void {
    for (const frames of connection.reader.push(chunk)) {
      if (frames.kind === "startup")
        send(connection, welcome(this.#options.serverVersion, this.#options.privately?.processId));
      else if (frames.kind === "terminate") connection.port.close();
      else {
        if (frames.listens) connection.listens = true;
        this.#waiting.push({ connection, bytes: frames.bytes });
      }
    }
    void this.#work();
  }

  #leave(connection: Connection): void {
    this.#connections.delete(connection);
    this.#waiting = this.#waiting.filter((turn) => turn.connection !== connection);
    // In its turn, because a batch of this client may be running.
    if (this.#owner === connection) void this.#work();
  }

  #next(): Turn | undefined {
    if (this.#owner && !this.#connections.has(this.#owner))
      return { connection: this.#owner, bytes: query("ROLLBACK") };
    const at = this.#owner ? this.#waiting.findIndex((turn) => turn.connection === this.#owner) : 0;
    return at < 0 ? undefined : this.#waiting.splice(at, 1)[0];
  }

  async #work(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    try {
      for (let turn = this.#next(); turn; turn = this.#next()) await this.#take(turn);
    } finally {
      this.#busy = false;
    }
  }

  async #take({ connection, bytes }: Turn): Promise<void> {
    if (this.#idle) clearTimeout(this.#idle);
    this.#idle = null;
    if (this.#options.privately) await this.#enter(connection, bytes);
    const answer = readAnswer(await this.#options.execute(bytes));
    this.#owner = answer.status === "I" ? null : connection;
    if (this.#owner)
      this.#idle = setTimeout(() => this.#sendAway(connection), this.#options.idleInTransactionMs ?? 60_000);
    send(connection, answer.bytes);
    for (const notification of answer.notifications) {
      for (const other of this.#connections) if (other.listens) send(other, notification);
    }
  }

  /** Has the session as this client set it. */
  async #enter(connection: Connection, bytes: Uint8Array): Promise<void> {
    if (this.#last !== connection && this.#owner === null)
      for (const text of ["RESET ALL", ...connection.settings]) await this.#options.execute(query(text));
    this.#last = connection;
    const text = textOf(bytes);
    if (text !== null && settles.test(text)) connection.settings.push(text);
  }

  #sendAway(connection: Connection): void {
    send(connection, fatal("25P03", "terminating connection due to idle-in-transaction timeout"));
    connection.port.close();
  }
}

/** `SET` and `RESET` outlast their batch; `SET LOCAL` doesn't. */
const settles = /^\s*(RESET|SET(?!\s+LOCAL))\s/i;

/** Bytes travel without a copy of the memory behind them. */
function send(connection: Connection, bytes: Uint8Array): void {
  const own = new Uint8Array(bytes);
  connection.port.postMessage(own, [own.buffer]);
}
