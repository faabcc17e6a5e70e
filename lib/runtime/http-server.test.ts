import { once } from "node:events";
import { type OutgoingHttpHeaders, request as send } from "node:http";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { type Answering, type GuardedServer, listen } from "./http-server";

let server: GuardedServer | null = null;
afterEach(() => {
  server?.end();
  server = null;
});

const asked: string[] = [];
const answering: Answering = {
  instance: "this-hold",
  door: async () => false,
  request(request, response) {
    asked.push(request.url ?? "");
    response.end("behind the guard");
  },
  upgrade: (_request, socket) => socket.end("HTTP/1.1 101 Switching Protocols\r\n\r\n"),
};

async function ask(path: string, headers: OutgoingHttpHeaders, method = "GET") {
  const { port } = new URL(server?.url ?? "");
  const request = send({ host: "127.0.0.1", port, path, method, headers, setHost: false });
  request.end();
  const [response] = await once(request, "response");
  return { status: response.statusCode, headers: response.headers, body: await text(response) };
}
const own = () => new URL(server?.url ?? "").host;

describe("the HTTP server", () => {
  it("answers its own pages, with headers that keep other sites out", async () => {
    server = await listen({ host: "127.0.0.1", port: 0 }, Promise.resolve(answering));
    const { status, body, headers } = await ask("/", { host: own() });
    expect({ status, body }).toEqual({ status: 200, body: "behind the guard" });
    expect(headers).toMatchObject({ "x-frame-options": "DENY", "x-content-type-options": "nosniff" });
    const scripts = /script-src [^;]*/.exec(String(headers["content-security-policy"]))?.[0] ?? "";
    expect(scripts).toMatch(/'nonce-[\w+/=]{20,}'/);
    expect(scripts).not.toContain("unsafe");
    const again = await ask("/", { host: own() });
    expect(again.headers["content-security-policy"]).not.toBe(headers["content-security-policy"]);
    expect(headers["cross-origin-opener-policy"]).toBe("same-origin");
    server.end();
    // Over plain HTTP elsewhere browsers would only complain of it. Commands of this machine find it at loopback.
    server = await listen(
      { host: "0.0.0.0", port: 0, publicUrl: "http://portage.example" },
      Promise.resolve(answering),
    );
    expect((await ask("/", { host: own() })).headers["cross-origin-opener-policy"]).toBeUndefined();
  });

  it.each(["/", "/api/v1/runs", "/api/v1/runs/x/events", "/_next/static/chunk.js"])(
    "turns foreign requests for %s away before anything behind it sees them",
    async (path) => {
      server = await listen({ host: "127.0.0.1", port: 0 }, Promise.resolve(answering));
      asked.length = 0;
      for (const headers of [
        { host: "rebound.example" },
        { host: own(), origin: "http://evil.example" },
        { host: own(), "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors" },
      ]) {
        for (const method of ["GET", "POST"]) {
          const { status, headers: answered, body } = await ask(path, headers, method);
          expect(status).toBe(403);
          expect(answered["content-type"]).toBe("application/problem+json");
          expect(z.object({ code: z.string() }).parse(JSON.parse(body)).code).toMatch(/^foreign-/);
          expect(answered["access-control-allow-origin"]).toBeUndefined();
        }
      }
      expect(asked).toEqual([]);
    },
  );

  it("turns a foreign upgrade away", async () => {
    server = await listen({ host: "127.0.0.1", port: 0 }, Promise.resolve(answering));
    const upgrade = async (host: string) => {
      const socket = connect(Number(new URL(server?.url ?? "").port), "127.0.0.1");
      socket.write(`GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`);
      return (await text(socket)).split("\r\n")[0];
    };
    expect(await upgrade("rebound.example")).toBe("HTTP/1.1 403 Forbidden");
    expect(await upgrade(own())).toBe("HTTP/1.1 101 Switching Protocols");
  });

  it.each([
    ["GET", "/api/v1/runs/%zz", 400, "malformed-address"],
    ["GET", "/runs/%ed%a0%80", 400, "malformed-address"],
    ["GET", "http://evil.example/api/v1/runs", 400, "malformed-address"],
    ["OPTIONS", "*", 400, "malformed-address"],
    ["TRACE", "/api/v1/runs", 405, "unknown-method"],
    ["PROPFIND", "/", 405, "unknown-method"],
  ])("refuses %s %s in words, before anything behind it stumbles", async (method, path, expected, code) => {
    server = await listen({ host: "127.0.0.1", port: 0 }, Promise.resolve(answering));
    asked.length = 0;
    const { status, headers, body } = await ask(path, { host: own() }, method);
    expect(status).toBe(expected);
    expect(headers["content-type"]).toBe("application/problem+json");
    expect(JSON.parse(body)).toMatchObject({ status: expected, code, notLost: "Nothing was done." });
    expect(asked).toEqual([]);
  });

  it("lets a client go that sends its request drop by drop, or is one too many, and answers the others", async () => {
    const bounds = { connections: 2, headersMs: 100, requestMs: 100, silentMs: 1000 };
    server = await listen({ host: "127.0.0.1", port: 0 }, Promise.resolve(answering), bounds);
    const open = () => connect(Number(new URL(server?.url ?? "").port), "127.0.0.1");
    const slow = [open(), open()];
    for (const socket of slow) socket.write(`GET / HTTP/1.1\r\nHost: ${own()}\r\nX-Slow: `);
    await Promise.all(slow.map((socket) => once(socket, "connect")));
    const dropped = open();
    expect(await text(dropped)).toBe("");
    for (const socket of slow) expect((await text(socket)).split("\r\n")[0]).toBe("HTTP/1.1 408 Request Timeout");
    expect((await ask("/", { host: own() })).status).toBe(200);
  });

  it("lets early requests wait until there is somebody to answer", async () => {
    let open: (answering: Answering) => void = () => {};
    server = await listen({ host: "127.0.0.1", port: 0 }, new Promise<Answering>((resolve) => (open = resolve)));
    const early = ask("/early", { host: own() });
    open(answering);
    expect((await early).body).toBe("behind the guard");
  });

  it("says that a port is taken", async () => {
    server = await listen({ host: "127.0.0.1", port: 0 }, Promise.resolve(answering));
    const port = Number(new URL(server.url).port);
    await expect(listen({ host: "127.0.0.1", port }, Promise.resolve(answering))).rejects.toMatchObject({
      code: "port-taken",
      kind: "usage",
      what: expect.stringContaining(String(port)),
    });
  });
});
