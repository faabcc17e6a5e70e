import { afterEach, describe, expect, it } from "vitest";
import { AnswerTooLarge } from "./bounded-answer";
import { post } from "./post";
import { type Reply, type ScriptedServer, scriptServer } from "./scripted-server.suite";

let server: ScriptedServer;
afterEach(() => server.close());

async function sent(reply: Reply, more: { most?: number; signal?: AbortSignal } = {}, seen: () => void = () => {}) {
  server = await scriptServer(() => {
    seen();
    return reply;
  });
  return post(`${server.url}/upsert?a=b`, {
    headers: new Headers({ "Api-Key": "k", "content-type": "application/json" }),
    body: Buffer.from('{"text":"日本"}'),
    ...{ signal: new AbortController().signal, most: 1000, ...more },
  });
}

describe("a body that is sent as it is", () => {
  it("arrives whole, under its headers and length, and its answer comes with status and headers", async () => {
    const { status, headers, bytes } = await sent({ status: 207, headers: { "x-lsn": "7" }, json: { done: 1 } });
    expect([status, headers.get("X-LSN"), JSON.parse(bytes.toString())]).toEqual([207, "7", { done: 1 }]);
    expect(server.seen).toMatchObject([
      { method: "POST", body: '{"text":"日本"}', headers: { "api-key": "k", "content-length": "17" } },
    ]);
    expect(server.seen[0]?.url.search).toBe("?a=b");
  });

  it("follows no redirect", async () => {
    const { status, headers } = await sent({ status: 302, headers: { location: "http://127.0.0.1:1/" } });
    expect([status, headers.get("location")]).toEqual([302, "http://127.0.0.1:1/"]);
    expect(server.seen).toHaveLength(1);
  });

  it.each([
    ["reset", /ECONNRESET|hang up/],
    ["half", /aborted|ECONNRESET/],
  ] as const)("fails where the connection ends: %s", async (reply, words) => {
    await expect(sent(reply)).rejects.toThrow(words);
  });

  it("reads no more of an answer than it may have", async () => {
    await expect(sent("endless", { most: 3 << 20 })).rejects.toThrow(AnswerTooLarge);
  });

  it("ends with its signal", async () => {
    const controller = new AbortController();
    const hanging = sent("hang", { signal: controller.signal }, () => controller.abort());
    await expect(hanging).rejects.toThrow("aborted");
  });
});
