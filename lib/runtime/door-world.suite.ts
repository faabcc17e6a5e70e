import type { IncomingMessage, ServerResponse } from "node:http";
import { afterAll, beforeAll, expect } from "vitest";
import { callVerb } from "@/lib/actions/verbs/call-verb";
import type { Context } from "@/lib/actions/verbs/context";
import { verbs } from "@/lib/actions/verbs/registry";
import { openTestContext } from "@/lib/actions/verbs/testing";
import { type Who, whoHeader, whoSchema } from "@/lib/shapes/team/role";
import { openDoor } from "./door";
import { type Answering, type GuardedServer, listen } from "./http-server";
import { openTestProvider } from "./testing-oidc";

/** A server that people sign in to, with a provider of single sign-on beside it. */
const key = "ab".repeat(32);
export const password = "a password that is long";
let opened: Awaited<ReturnType<typeof openTestContext>>;
export let ctx: Context;
export let server: GuardedServer;
let provider: Awaited<ReturnType<typeof openTestProvider>>;

/** Whom the provider of single sign-on lets in. */
export const someone = { sub: "carol", email: "carol@example.org", name: "Carol", email_verified: true };

/** Opens it once for all tests of a file. */
export function openDoorForAll(): void {
  beforeAll(async () => {
    provider = await openTestProvider(someone);
    const environment = {
      PORTAGE_LOGIN: "on",
      PORTAGE_SECRET_KEY: key,
      PORTAGE_OIDC_ISSUER: provider.issuer,
      PORTAGE_OIDC_CLIENT_ID: "portage",
      PORTAGE_OIDC_CLIENT_SECRET: "secret-of-portage",
    };
    opened = await openTestContext({ source: { a: 1 }, environment });
    ctx = opened.ctx;
    let answer: (answering: Answering) => void = () => {};
    server = await listen(
      { host: "127.0.0.1", port: 0 },
      new Promise<Answering>((resolve) => {
        answer = resolve;
      }),
    );
    await provider.allow(`${server.url}/api/auth/callback/oidc`);
    answer({
      instance: null,
      door: await openDoor(ctx, server.url),
      // What stands behind the door says what it was told.
      request: (request: IncomingMessage, response: ServerResponse) => response.end(String(request.headers[whoHeader])),
      upgrade: () => {},
    });
  });
  afterAll(async () => {
    server.end();
    provider.close();
    await opened.close();
  });
}

export const ask = (path: string, init: RequestInit = {}) =>
  fetch(`${server.url}${path}`, { redirect: "manual", ...init });
export const post = (path: string, body: object, headers: Record<string, string> = {}) =>
  ask(path, {
    method: "POST",
    body: JSON.stringify(body),
    headers: { "content-type": "application/json", ...headers },
  });
const cookiesOf = (response: Response) =>
  response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(";")[0])
    .join("; ");

export async function whoIs(headers: Record<string, string>): Promise<Who | number> {
  const response = await ask("/api/v1/account", { headers });
  return response.ok ? whoSchema.parse(JSON.parse(decodeURIComponent(await response.text()))) : response.status;
}

/** The cookies of somebody who takes an invitation and signs in. */
export async function join(secret: string, email: string): Promise<string> {
  const joined = await post("/api/auth/accept-invitation", { invitation: secret, name: email, email, password });
  expect(joined.status).toBe(200);
  const signedIn = await post("/api/auth/sign-in/email", { email, password });
  expect(signedIn.status).toBe(200);
  return cookiesOf(signedIn);
}

/** The cookies of whoever comes by the provider, and where that led. */
export async function comeByProvider(): Promise<{ cookie: string; at: URL }> {
  const ways = { provider: "oidc", callbackURL: "/runs", errorCallbackURL: "/login" };
  const started = await post("/api/auth/sign-in/social", ways);
  const jar = new Map<string, string>();
  const keep = (response: Response) => {
    for (const cookie of response.headers.getSetCookie()) {
      const [name, value] = (cookie.split(";")[0] ?? "").split(/=(.*)/);
      if (name) jar.set(name, value ?? "");
    }
    return response;
  };
  const cookieNow = () => [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
  const { url } = await keep(started).json();
  let at = new URL(url);
  for (let step = 0; step < 12 && !["/runs", "/login"].includes(at.pathname); step++) {
    const response = keep(await fetch(at, { redirect: "manual", headers: { cookie: cookieNow() } }));
    const location = response.headers.get("location");
    if (location === null)
      throw new Error(`${at} answered ${response.status}: ${(await response.text()).slice(0, 300)}`);
    at = new URL(location, at);
  }
  return { cookie: cookieNow(), at };
}

export async function signedIn(): Promise<[string, string][]> {
  const { entries } = await callVerb(verbs.listAudit, { ...ctx, who: asAdmin }, { act: "signedIn" });
  return entries.map(({ who, outcome }) => [who, outcome]);
}

export const asAdmin: Who = { name: "root@example.org", role: "admin", by: "session", id: "", address: "" };
export async function invited(role: Who["role"]): Promise<string> {
  const { path } = await callVerb(verbs.inviteMember, { ...ctx, actor: asAdmin.name, who: asAdmin }, { role });
  return path.split("#")[1] ?? "";
}
