import { createServer } from "node:http";
import { afterAll, beforeAll, expect, it } from "vitest";
import { clientAddress } from "./client-address";

let trusted: string[] = [];
let url = "";
const server = createServer((request, response) => response.end(clientAddress(trusted)(request)));

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  url = `http://127.0.0.1:${address.port}`;
});
afterAll(() => void server.close());

it.each([
  ["nobody is trusted", [], "203.0.113.7", "127.0.0.1"],
  ["another proxy is trusted", ["10.0.0.0/8"], "203.0.113.7", "127.0.0.1"],
  ["this proxy is trusted", ["loopback"], "203.0.113.7", "203.0.113.7"],
  ["a client claims to be another", ["127.0.0.1"], "198.51.100.1, 203.0.113.7", "203.0.113.7"],
  ["there are two proxies", ["loopback", "10.0.0.0/8"], "198.51.100.1, 203.0.113.7, 10.1.2.3", "203.0.113.7"],
  ["it isn't an address", ["loopback"], "<script>", "127.0.0.1"],
  ["the proxy says nothing", ["loopback"], undefined, "127.0.0.1"],
  ["it is of version 6", ["loopback"], "2001:db8::1", "2001:db8::1"],
] as const)("%s", async (_when, proxies, header, expected) => {
  trusted = [...proxies];
  const answer = await fetch(url, { headers: header === undefined ? {} : { "x-forwarded-for": header } });
  expect(await answer.text()).toBe(expected);
});
