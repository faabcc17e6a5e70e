import type { ClientBase } from "pg";

type Handler = (payload: string) => void;

export type ListeningClient = Pick<ClientBase, "query" | "on"> & { end(): Promise<void> };

const RECONNECT_MS = 1_000;

/**
 * One connection on which all of a process' LISTENs stand. A connection that drops is opened again, with all of its channels;
 * notifications sent meanwhile are missed, so whoever listens also looks for itself now and then.
 */
export class Listening {
  readonly #open: () => Promise<ListeningClient>;
  readonly #handlers = new Map<string, Set<Handler>>();
  #client: Promise<ListeningClient> | null = null;
  #retry: NodeJS.Timeout | null = null;
  #closed = false;

  /** @param open a connected client that nobody else uses. */
  constructor(open: () => Promise<ListeningClient>) {
    this.#open = open;
  }

  /** Resolves once notifications arrive. Answers how to stop. */
  async listen(channel: string, handler: Handler): Promise<() => Promise<void>> {
    const handlers = this.#handlers.get(channel) ?? new Set();
    this.#handlers.set(channel, handlers.add(handler));
    try {
      const client = await this.#connected();
      await client.query(`LISTEN ${quoted(channel)}`);
    } catch (error) {
      handlers.delete(handler);
      throw error;
    }
    return async () => {
      handlers.delete(handler);
    };
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#retry) clearTimeout(this.#retry);
    this.#handlers.clear();
    const client = await this.#client?.catch(() => null);
    await client?.end();
  }

  #connected(): Promise<ListeningClient> {
    this.#client ??= this.#connect().catch((error: unknown) => {
      this.#client = null;
      throw error;
    });
    return this.#client;
  }

  async #connect(): Promise<ListeningClient> {
    const client = await this.#open();
    client.on("notification", ({ channel, payload }) => {
      for (const handler of this.#handlers.get(channel) ?? []) handler(payload ?? "");
    });
    client.on("error", () => this.#again());
    client.on("end", () => this.#again());
    for (const channel of this.#handlers.keys()) await client.query(`LISTEN ${quoted(channel)}`);
    return client;
  }

  #again(): void {
    this.#client = null;
    if (this.#closed || this.#retry) return;
    this.#retry = setTimeout(() => {
      this.#retry = null;
      this.#connected().catch(() => this.#again());
    }, RECONNECT_MS);
  }
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
