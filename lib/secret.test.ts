import { inspect } from "node:util";
import { expect, test } from "vitest";
import { Secret } from "./secret";

const text = "pc-0123456789-abcdefgh";
const secret = new Secret(text);

test.each([
  ["String()", () => String(secret)],
  ["toString()", () => secret.toString()],
  ["a template", () => `${secret}`],
  ["an addition", () => `key ${[secret]}`],
  ["JSON", () => JSON.stringify({ secret })],
  ["inspect", () => inspect({ deep: [secret] }, { depth: 9, showHidden: true })],
  ["a clone", () => JSON.stringify(structuredClone(secret))],
  ["its keys", () => JSON.stringify(Object.entries(secret))],
])("%s doesn't show it", (_, print) => {
  expect(print()).not.toContain(text);
});

test("it is revealed when asked for, and shows its last four characters when masked", () => {
  expect(secret.reveal()).toBe(text);
  expect(secret.masked()).toBe("••••••••efgh");
  expect(new Secret("short").masked()).toBe("••••••••");
});
