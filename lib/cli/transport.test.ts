import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { offerContext } from "@/lib/actions/verbs/context";
import { verbs } from "@/lib/actions/verbs/registry";
import { openTestContext, putRun } from "@/lib/actions/verbs/testing";
import { isOperatorError } from "@/lib/operator-error";
import { beginAhead } from "./ahead";
import { readEvents } from "./event-stream";
import { type HttpInterface, serveHttpInterface } from "./http-interface.suite";
import { openTransport, type Transport } from "./transport";
import { openHttpTransport, requestFor } from "./transport-http";
import { transportOver } from "./transport-local";

type Opened = Awaited<ReturnType<typeof openTestContext>>;
let opened: Opened;
let server: HttpInterface;
let local: Transport;
let http: Transport;

beforeEach(async () => {
  opened = await openTestContext({ source: { a: 3, "b/c #?&": 2, "": 1 }, target: { a: 1 } });
  offerContext(opened.ctx);
  server = await serveHttpInterface();
  local = transportOver(opened.ctx, { elsewhere: false, failed: new Promise(() => {}), close: async () => {} });
  http = openHttpTransport(server.url, async () => server.url);
});
afterEach(async () => {
  server.close();
  await opened.close();
});

describe("both ways to the verbs", () => {
  it("give the same answers", async () => {
    await putRun(opened.ctx, "one", { state: "succeeded", endedAt: new Date() }, [
      { listed: true, total: 2, written: 2 },
    ]);
    const both = async (ask: (transport: Transport) => Promise<unknown>) => {
      expect(await ask(http)).toEqual(await ask(local));
    };
    await both((transport) => transport.call(verbs.listNamespaces, { names: ["b/c #?&", "__default__"] }));
    await both((transport) => transport.call(verbs.listNamespaces, { prefix: "b/", index: "source" }));
    await both((transport) => transport.call(verbs.countNamespace, { name: "", exact: true }));
    await both((transport) => transport.call(verbs.listRuns, { state: ["succeeded", "failed"], limit: 5 }));
    await both((transport) => transport.call(verbs.showRun, { id: "one" }));
    await both((transport) => transport.call(verbs.listSegments, { id: "one", limit: 1 }));
    await both((transport) => transport.call(verbs.showConfiguration, {}));
  });

  it("refuse in the same words and with the same exit codes", async () => {
    const both = async (ask: (transport: Transport) => Promise<unknown>, expected: object) => {
      for (const transport of [local, http]) {
        const error: unknown = await ask(transport).catch((caught: unknown) => caught);
        expect(isOperatorError(error)).toBe(true);
        expect(error).toMatchObject(expected);
      }
    };
    await both((transport) => transport.call(verbs.showRun, { id: "no/such run" }), {
      kind: "not-found",
      code: "run-not-found",
      what: 'There is no run "no/such run".',
    });
    await both((transport) => transport.call(verbs.listRuns, { limit: 0 }), { kind: "usage", code: "invalid-input" });
    await both((transport) => transport.call(verbs.startReembedding, { namespaces: ["nope"], yes: true }), {
      kind: "usage",
      code: "unknown-namespace",
    });
    await putRun(opened.ctx, "over", { state: "succeeded" });
    await both((transport) => transport.call(verbs.pauseRun, { id: "over" }), { kind: "refused", code: "wrong-state" });
  });

  it("start runs in the name of whoever sits at the command line", async () => {
    const { run } = await http.call(verbs.planReembedding, { namespaces: ["a"] });
    expect(run.startedBy).toMatch(/^cli:/);
  });

  it("hear of a run until it is over", async () => {
    for (const transport of [local, http]) {
      const id = `watched-${transport === http ? "http" : "local"}`;
      await putRun(opened.ctx, id, {}, [{ total: 4, listed: true }]);
      const heard: string[] = [];
      for await (const signal of transport.watch(id, new AbortController().signal)) {
        heard.push(signal.event === "run" ? signal.data.state : signal.event);
        if (heard.length > 1) continue;
        await opened.ctx.database.run(`UPDATE "Run" SET "state" = 'succeeded', "endedAt" = now() WHERE "id" = $1`, [
          id,
        ]);
        await opened.ctx.database.notify("portage_run", id);
      }
      expect(heard).toEqual(["running", "succeeded", "end"]);
    }
  });
});

describe("the way over HTTP", () => {
  it("goes on watching when the server comes back elsewhere, and misses no line of the log", async () => {
    const { ctx } = opened;
    await putRun(ctx, "long", {});
    const line = (message: string) =>
      ctx.database.prisma.event.create({
        data: { runId: "long", level: "warn", actor: "engine", code: "note", message },
      });
    const heard: string[] = [];
    for await (const signal of http.watch("long", new AbortController().signal)) {
      if (signal.event === "log") heard.push(signal.data.message);
      if (signal.event === "run" && heard.length === 0) {
        heard.push("started");
        await line("first");
        await ctx.database.notify("portage_run", "long");
      }
      if (heard.at(-1) === "first") {
        heard.push("gone");
        server.close();
        await line("second");
        await ctx.database.run(`UPDATE "Run" SET "state" = 'succeeded' WHERE "id" = 'long'`);
        server = await serveHttpInterface();
      }
    }
    expect(heard).toEqual(["started", "first", "gone", "second"]);
  });

  it("is taken with a token and an address, and nothing is opened here, whatever was begun ahead", async () => {
    await putRun(opened.ctx, "theirs", { state: "succeeded" });
    const dataDir = mkdtempSync(path.join(os.tmpdir(), "portage-elsewhere-"));
    vi.stubEnv("PORTAGE_DATA_DIR", dataDir);
    vi.stubEnv("PORTAGE_URL", server.url);
    vi.stubEnv("PORTAGE_TOKEN", `portage_${"x".repeat(43)}`);
    try {
      await beginAhead({ works: false });
      const there = await openTransport({ works: false });
      const { id } = await there.call(verbs.showRun, { id: "theirs" }).finally(() => there.close());
      expect([id, readdirSync(dataDir)]).toEqual(["theirs", []]);
    } finally {
      vi.unstubAllEnvs();
      rmSync(dataDir, { recursive: true, force: true });
    }
  });

  it("says that the server doesn't answer", async () => {
    server.close();
    await expect(http.call(verbs.listRuns, {})).rejects.toMatchObject({ code: "server-unreachable", kind: "failed" });
  });

  it("puts an input where the verb expects it", () => {
    expect(
      requestFor({ path: "/runs/{id}/log", method: "GET" }, { id: "a/b", level: "warn", search: undefined }),
    ).toEqual({
      path: "/runs/a%2Fb/log?level=warn",
      body: null,
    });
    expect(requestFor({ path: "/runs/{id}/retry", method: "POST" }, { id: "x", kind: "failed" })).toEqual({
      path: "/runs/x/retry",
      body: '{"kind":"failed"}',
    });
  });

  it.each(["", ".", ".."])("refuses the name %j, by which an address would lead elsewhere", (id) => {
    expect(() => requestFor({ path: "/runs/{id}/cancel", method: "POST" }, { id })).toThrow("Nothing can be called");
  });

  it("says that a value is too long for an address", async () => {
    await expect(http.call(verbs.listRuns, { namespace: "x".repeat(100_000) })).rejects.toMatchObject({
      ...{ code: "invalid-input", kind: "usage" },
    });
  });
});

describe("server-sent events", () => {
  it("are read whole wherever the chunks are cut, comments left out", async () => {
    const text = 'retry: 5\n\n: beat\n\nid: 7\nevent: log\ndata: {"a":"é"}\n\nevent: run\r\ndata: 1\r\ndata: 2\r\n\r\n';
    const bytes = new TextEncoder().encode(text);
    for (let size = 1; size < 20; size += 1) {
      const body = new ReadableStream<Uint8Array>({
        start(controller) {
          for (let at = 0; at < bytes.length; at += size) controller.enqueue(bytes.slice(at, at + size));
          controller.close();
        },
      });
      const read = [];
      for await (const event of readEvents(body)) read.push(event);
      expect(read).toEqual([
        { event: "log", data: '{"a":"é"}', id: "7" },
        { event: "run", data: "1\n2", id: null },
      ]);
    }
  });
});
