import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isOperatorError } from "@/lib/operator-error";
import { Secret } from "@/lib/secret";
import { parseWebhook, shownWebhook } from "./address";
import { mostAttempts, pauseAfter, pausesInWords } from "./pauses";
import { signedHeaders } from "./sign";

const codeOf = (work: () => unknown) => {
  try {
    work();
  } catch (error) {
    return isOperatorError(error) ? error.code : error;
  }
};

describe("the address of a webhook", () => {
  it("is http or https, without user name and password", () => {
    expect(parseWebhook("https://hooks.example.com/a?token=1#part", "live")).toBe(
      "https://hooks.example.com/a?token=1",
    );
    for (const wrong of [
      "",
      "hooks.example.com",
      "ftp://a/b",
      "file:///etc/passwd",
      "https://user:secret@a/b",
      "http://user@a",
    ])
      expect(
        codeOf(() => parseWebhook(wrong, "live")),
        wrong,
      ).toBe("invalid-webhook");
  });

  it("is on this machine in the sandbox", () => {
    for (const here of ["http://127.0.0.1:8080/", "http://localhost/hook", "https://[::1]:99/x"])
      expect(parseWebhook(here, "sandbox")).toBe(here);
    for (const elsewhere of ["https://hooks.example.com/", "http://127.0.0.1.example.com/", "http://10.0.0.1/"])
      expect(
        codeOf(() => parseWebhook(elsewhere, "sandbox")),
        elsewhere,
      ).toBe("invalid-webhook");
  });

  it("is shown without its query", () => {
    expect(shownWebhook("https://a.example/hook?key=secret")).toBe("https://a.example/hook?…");
    expect(shownWebhook("https://a.example/hook")).toBe("https://a.example/hook");
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
