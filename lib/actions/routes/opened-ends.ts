import { type OpenedConnection, openSourceOf, openStoreTarget, readConnection } from "@/lib/routes/open-connection";
import type { VectorSource, VectorTarget } from "@/lib/stores/contract";
import type { Context } from "../verbs/context";

export type Line = "source" | "target";
type OpenedEnd = { read: OpenedConnection; target: VectorTarget | null; opening: VectorSource };

/** Stores of connections that routes lead between: each is opened when it is first asked for, and once. Files are prepared at every opening. */
export class OpenedEnds {
  readonly ctx: Context;
  readonly #opened = new Map<string, Promise<OpenedEnd>>();

  constructor(ctx: Context) {
    this.ctx = ctx;
  }

  /** @throws OperatorError as `readConnection` and `openTargetOf`, each time it is asked for */
  open(line: Line, connection: string): Promise<OpenedEnd> {
    const key = JSON.stringify([line, connection]);
    const opened = this.#opened.get(key) ?? this.#openOne(line, connection);
    this.#opened.set(key, opened);
    return opened;
  }

  async #openOne(line: Line, connection: string): Promise<OpenedEnd> {
    const read = await readConnection(this.ctx, connection);
    const target = line === "target" ? await openStoreTarget(this.ctx, connection) : null;
    return { read, target, opening: target ?? openSourceOf(this.ctx.config, read) };
  }

  async close(): Promise<void> {
    for (const opened of await Promise.allSettled(this.#opened.values()))
      if (opened.status === "fulfilled") await opened.value.opening.close();
  }
}
