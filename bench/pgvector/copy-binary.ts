import type pg from "pg";

/** What `pg` has for COPY and its types don't name. */
type CopyingConnection = { sendCopyFromChunk(chunk: Buffer): void; endCopyFrom(): void };

/** Sends rows by COPY in the server's binary form: what a store could at best be measured against. */
export function copyBinary(client: pg.Client, statement: string, rows: readonly (readonly Buffer[])[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const query = {
      submit: (connection: pg.Connection) => connection.query(statement),
      handleCopyInResponse: (connection: CopyingConnection) => {
        connection.sendCopyFromChunk(encoded(rows));
        connection.endCopyFrom();
      },
      handleCommandComplete: () => {},
      handleReadyForQuery: () => resolve(),
      handleError: (error: Error) => reject(error),
    };
    client.query(query);
  });
}

/** Docs, COPY: "Binary Format". */
function encoded(rows: readonly (readonly Buffer[])[]): Buffer {
  const size = rows.reduce((sum, row) => row.reduce((inner, { length }) => inner + 4 + length, sum + 2), 19 + 2);
  const bytes = Buffer.alloc(size);
  let at = bytes.write("PGCOPY\n\xff\r\n\0", 0, "latin1") + 8;
  for (const row of rows) {
    at = bytes.writeInt16BE(row.length, at);
    for (const field of row) {
      at = bytes.writeInt32BE(field.length, at);
      at += field.copy(bytes, at);
    }
  }
  bytes.writeInt16BE(-1, at);
  return bytes;
}
