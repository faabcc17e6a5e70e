import type { Writable } from "node:stream";
import { setImmediate as soon } from "node:timers/promises";
import type pg from "pg";

/** What the driver has for COPY, and its types don't name. */
type CopyingConnection = {
  stream: Writable;
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
    client.query({
      submit: (connection: pg.Connection) => connection.query(statement),
      handleCopyInResponse: (connection: CopyingConnection) =>
        void sendPieces(connection, pieces, () => ended).catch((error: unknown) => {
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

/**
 * Sends all pieces and the end of them, as quickly as the server takes them.
 * @param ended whether the statement is over: whatever came later would belong to somebody else's question
 */
export async function sendPieces(
  connection: Omit<CopyingConnection, "sendCopyFail">,
  pieces: Iterable<Buffer>,
  ended: () => boolean,
): Promise<void> {
  for (const piece of pieces) {
    if (ended()) return;
    connection.sendCopyFromChunk(piece);
    // The bytes go out while the next piece is made.
    await (connection.stream.writableNeedDrain ? drained(connection.stream) : soon());
  }
  if (!ended()) connection.endCopyFrom();
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
