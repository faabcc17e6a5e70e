import type { Writable } from "node:stream";
import { setImmediate as soon } from "node:timers/promises";
import type pg from "pg";

/** What the driver has for COPY, and its types don't name. */
type CopyingConnection = pg.Connection & {
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
  sendCopyFail(words: string): void;
};

/**
 * Runs a `COPY ... FROM STDIN` with all that it reads; fails as the server says, with nothing of it kept.
 * @param pieces made one after the other, while the server takes those before; the driver copies each
 * @returns how many rows were copied
 */
export function copyIn(client: pg.ClientBase, statement: string, pieces: Iterable<Buffer>): Promise<number> {
  return new Promise((resolve, reject) => {
    let rows = 0;
    let ended = false;
    const end = (error: unknown) => {
      ended = true;
      reject(error);
    };
    const send = async (connection: CopyingConnection) => {
      for (const piece of pieces) {
        // Whatever comes later would belong to somebody else's question.
        if (ended) return;
        connection.sendCopyFromChunk(piece);
        // The bytes go out while the next piece is made.
        await (connection.stream.writableNeedDrain ? drained(connection.stream) : soon());
      }
      if (!ended) connection.endCopyFrom();
    };
    client.query({
      submit: (connection: pg.Connection) => connection.query(statement),
      handleCopyInResponse: (connection: CopyingConnection) =>
        void send(connection).catch((error: unknown) => {
          if (!ended) connection.sendCopyFail("The rows couldn't be written");
          end(error);
        }),
      handleCommandComplete: ({ text = "" }: { text?: string }) => {
        rows = Number(/^COPY (\d+)/.exec(text)?.[1] ?? 0);
      },
      handleReadyForQuery: () => resolve(rows),
      handleError: end,
    });
  });
}

/** Until more may be written, or nothing ever again: whoever waits finds that out by what the driver says. */
function drained(stream: Writable): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      for (const event of ["drain", "close", "error"]) stream.off(event, done);
      resolve();
    };
    for (const event of ["drain", "close", "error"]) stream.on(event, done);
  });
}
