import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import os from "node:os";
import { afterEach, expect, test } from "vitest";
import { Secret } from "@/lib/secret";
import { openDatabase } from "./open";

let server: Server;
afterEach(() => void server.close());

/** A message of PostgreSQL's protocol 3.0: its letter, its length, its body. */
function message(letter: string, ...parts: (number | string | Buffer)[]): Buffer {
  const body = Buffer.concat(
    parts.map((part) =>
      typeof part === "string" ? Buffer.from(`${part}\0`) : Buffer.isBuffer(part) ? part : int(part),
    ),
  );
  return Buffer.concat([Buffer.from(letter), int(body.length + 4), body]);
}

function int(value: number, bytes = 4): Buffer {
  const buffer = Buffer.alloc(bytes);
  buffer.writeIntBE(value, 0, bytes);
  return buffer;
}

const ready = message("Z", Buffer.from("I"));
const int4 = 23;
const textType = 25;

function column(name: string, type: number): Buffer {
  return Buffer.concat([Buffer.from(`${name}\0`), int(0), int(0, 2), int(type), int(-1, 2), int(-1), int(0, 2)]);
}

function value(text: string): Buffer {
  return Buffer.concat([int(text.length), Buffer.from(text)]);
}

/** A server of that version: lets everybody in, answers every statement with its version, and keeps what it was asked. */
async function serverOf(version: string, number: number): Promise<{ url: Secret; asked: string[] }> {
  const asked: string[] = [];
  const answer = Buffer.concat([
    message("T", int(2, 2), column("number", int4), column("version", textType)),
    message("D", int(2, 2), value(String(number)), value(version)),
    message("C", "SELECT 1"),
    ready,
  ]);
  const talk = (socket: Socket) => {
    let begun = false;
    socket.on("error", () => socket.destroy());
    socket.on("data", (data) => {
      if (!begun) {
        begun = true;
        socket.write(Buffer.concat([message("R", 0), message("S", "server_version", version), ready]));
      } else if (data.toString("latin1", 0, 1) === "Q") {
        asked.push(data.toString("utf8", 5, data.length - 1));
        socket.write(answer);
      } else socket.end();
    });
  };
  server = createServer(talk).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return { url: new Secret(`postgresql://portage:swordfish@127.0.0.1:${address.port}/portage`), asked };
}

test("a server older than PostgreSQL 14 is refused with its version and what is needed, and nothing in it is touched", async () => {
  const { url, asked } = await serverOf("13.14 (Debian 13.14-1.pgdg120+2)", 130_014);
  const refusal = openDatabase({ url, dataDir: os.tmpdir() });
  await expect(refusal).rejects.toMatchObject({
    kind: "usage",
    code: "database-too-old",
    what: "The database server is PostgreSQL 13.14 (Debian 13.14-1.pgdg120+2); Portage needs 14 or newer.",
    notLost: "Nothing was changed and nothing was spent.",
    next: expect.stringContaining("DATABASE_URL"),
  });
  await expect(refusal).rejects.not.toThrow(/swordfish/);
  expect(asked).toEqual([expect.stringMatching(/^SELECT current_setting/)]);
});
