import { MessageChannel } from "node:worker_threads";
import pg from "pg";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { openEmbedded } from "./pglite";
import { PortStream } from "./port-stream";

const text = z.object({ value: z.string() });

describe("the embedded database's one session", () => {
  it("rolls back and sends away a client that does nothing in a transaction", async () => {
    const embedded = await openEmbedded({ folder: null, idleInTransactionMs: 50 });
    const connect = async () => {
      const { port1, port2 } = new MessageChannel();
      embedded.session.serve(port2);
      const client = new pg.Client({ stream: () => new PortStream(port1), ssl: false, user: "u", host: "h" });
      const gone = new Promise<Error>((resolve) => client.on("error", resolve));
      await client.connect();
      return { client, gone };
    };
    const idle = await connect();
    const other = await connect();
    await idle.client.query("CREATE TABLE t (value text)");
    await idle.client.query("BEGIN");
    await idle.client.query("INSERT INTO t VALUES ('left open')");
    const waiting = other.client.query("SELECT value FROM t");
    expect(await idle.gone).toMatchObject({ code: "25P03" });
    expect(z.array(text).parse((await waiting).rows)).toEqual([]);
    await other.client.end();
    await embedded.close();
  });
});
