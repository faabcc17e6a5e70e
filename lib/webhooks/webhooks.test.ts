import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { scriptServer } from "@/lib/http/scripted-server.suite";
import { isOperatorError } from "@/lib/operator-error";
import { Secret } from "@/lib/secret";
import { parseWebhook, shownWebhook } from "./address";
import { mostAttempts, pauseAfter, pausesInWords } from "./pauses";
import { send } from "./send";
import { signedHeaders } from "./sign";

const codeOf = (work: () => unknown) => {
  try {
    work();
  } catch (error) {
    return isOperatorError(error) ? error.code : error;
  }
};

const live = { mode: "live", webhookPrivate: false } as const;
const sandbox = { mode: "sandbox", webhookPrivate: false } as const;

describe("the address of a webhook", () => {
  it("is http or https, without user name and password", () => {
    expect(parseWebhook("https://hooks.example.com/a?token=1#part", live)).toBe("https://hooks.example.com/a?token=1");
    for (const wrong of [
      "",
      "hooks.example.com",
      "ftp://a/b",
      "file:///etc/passwd",
      "https://user:secret@a/b",
      "http://user@a",
    ])
      expect(
        codeOf(() => parseWebhook(wrong, live)),
        wrong,
      ).toBe("invalid-webhook");
  });

  it("is on this machine in the sandbox", () => {
    for (const here of ["http://127.0.0.1:8080/", "http://localhost/hook", "https://[::1]:99/x"])
      expect(parseWebhook(here, sandbox)).toBe(here);
    for (const elsewhere of ["https://hooks.example.com/", "http://127.0.0.1.example.com/", "http://10.0.0.1/"])
      expect(
        codeOf(() => parseWebhook(elsewhere, sandbox)),
        elsewhere,
      ).toBe("invalid-webhook");
  });

  it.each([
    "http://127.0.0.1/",
    "http://localhost:3000/",
    "http://10.1.2.3/",
    "http://172.31.0.1/",
    "http://192.168.1.1/",
    "http://169.254.169.254/latest/meta-data",
    "http://100.100.100.200/",
    "http://0/",
    "http://2130706433/",
    "http://[::1]/",
    "http://[fd00::1]/",
    "http://[fe80::1]/",
    "http://[::ffff:10.0.0.1]/",
    "http://[64:ff9b::a9fe:a9fe]/",
    "http://[2002:7f00:1::]/",
  ])("isn't %s unless that is allowed", (address) => {
    expect(codeOf(() => parseWebhook(address, live))).toBe("invalid-webhook");
    expect(parseWebhook(address, { ...live, webhookPrivate: true })).toBe(new URL(address).href);
  });

  it("is looked at again once its name is resolved", async () => {
    const receiver = await scriptServer(() => ({ status: 204, text: "" }));
    // A name of the open Internet as far as its letters tell; it leads to this machine.
    const address = new URL(receiver.url.replace("127.0.0.1", "localhost"));
    const message = { headers: {}, body: "{}" };
    const { signal } = new AbortController();
    expect(await send(address, message, signal, "public")).toMatchObject({
      delivered: false,
      words: expect.stringContaining("PORTAGE_WEBHOOK_PRIVATE"),
    });
    expect(receiver.seen).toEqual([]);
    expect(await send(address, message, signal, "any")).toMatchObject({ delivered: true, status: 204 });
    await receiver.close();
  });

  it("ends where the answer is none: one that switches protocols, or a connection that closes", async () => {
    for (const answer of ["HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n", ""]) {
      const receiver = createServer((socket) => {
        socket.on("error", () => {});
        socket.once("data", () => (answer === "" ? socket.destroy() : socket.write(answer)));
      });
      await new Promise<void>((listening) => receiver.listen(0, "127.0.0.1", listening));
      const bound = receiver.address();
      const address = new URL(`http://127.0.0.1:${bound !== null && typeof bound === "object" ? bound.port : 0}/`);
      const message = { headers: {}, body: "{}" };
      expect(await send(address, message, new AbortController().signal)).toMatchObject({
        delivered: false,
        status: null,
      });
      await new Promise((closed) => receiver.close(closed));
    }
  });

  it("is shown as its host: what stands behind may be a key", () => {
    expect(shownWebhook("https://a.example/services/T0/B0/secret?key=secret")).toBe("https://a.example/…");
    expect(shownWebhook("https://a.example/?key=secret")).toBe("https://a.example/…");
    expect(shownWebhook("https://a.example:8443/")).toBe("https://a.example:8443");
  });
});

describe("the signature", () => {
  const message = { id: "delivery-1", body: '{"a":1}', at: new Date("2026-11-21T03:00:00.900Z") };

  it("is an HMAC-SHA256 over ID, seconds and body", () => {
    const headers = signedHeaders(new Secret("a secret of some length"), message);
    const expected = createHmac("sha256", "a secret of some length").update('delivery-1.1795230000.{"a":1}');
    expect(headers).toEqual({
      "webhook-id": "delivery-1",
      "webhook-timestamp": "1795230000",
      "webhook-signature": `v1,${expected.digest("base64")}`,
    });
  });

  it("takes a key in base64 behind whsec_", () => {
    const plain = signedHeaders(new Secret("sixteen letters!"), message);
    const encoded = signedHeaders(new Secret(`whsec_${Buffer.from("sixteen letters!").toString("base64")}`), message);
    expect(encoded).toEqual(plain);
  });
});

describe("the guide", () => {
  const guide = readFileSync("docs/webhooks.md", "utf8");

  it("shows how a receiver recognises a message, and nothing else", async () => {
    const [, code = ""] = /```js\n(.*?)```/s.exec(guide) ?? [];
    const { isFromPortage } = await import(`data:text/javascript,${encodeURIComponent(code)}`);
    const at = new Date();
    const message = { id: "delivery-1", body: '{"ü":1}', at };
    for (const secret of ["a secret of some length", `whsec_${Buffer.from("sixteen letters!").toString("base64")}`]) {
      const headers = signedHeaders(new Secret(secret), message);
      expect(isFromPortage(secret, headers, message.body)).toBe(true);
      expect(isFromPortage(`${secret}x`.replace("whsec_", "whsec_AAAA"), headers, message.body)).toBe(false);
      expect(isFromPortage(secret, headers, '{"ü":2}')).toBe(false);
      expect(isFromPortage(secret, { ...headers, "webhook-id": "delivery-2" }, message.body)).toBe(false);
      expect(isFromPortage(secret, headers, message.body, at.getTime() + 301_000)).toBe(false);
      expect(isFromPortage(secret, {}, message.body)).toBe(false);
    }
  });

  it("names the pauses that there are", () => {
    const [last = "", ...before] = pausesInWords().split(", ").reverse();
    expect(guide).toContain(`${before.reverse().join(", ")} and ${last}`);
  });
});

describe("the pauses between attempts", () => {
  it("grow, whatever the dice say, and end after most of a day", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { minLength: 9, maxLength: 9 }), (dice) => {
        const pauses = dice.map((roll, at) => pauseAfter(at + 1, () => roll) ?? 0);
        const hours = pauses.reduce((sum, pause) => sum + pause, 0) / 3_600_000;
        return pauses.every((pause, at) => pause > (pauses[at - 1] ?? 0)) && hours > 15 && hours < 18;
      }),
    );
    expect(pauseAfter(mostAttempts)).toBeNull();
  });
});
