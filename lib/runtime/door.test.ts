import type { IncomingMessage, ServerResponse } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { callVerb } from "@/lib/actions/verbs/call-verb";
import type { Context } from "@/lib/actions/verbs/context";
import { allVerbs, downloads, verbs } from "@/lib/actions/verbs/registry";
import { openTestContext } from "@/lib/actions/verbs/testing";
import { verifyTrail } from "@/lib/audit/verify-trail";
import { firstAdminLink, makeInvitation } from "@/lib/auth/invitations";
import { parseConfig } from "@/lib/config";
import { nobody, type Who, whoHeader, whoSchema } from "@/lib/shapes/team/role";
import { openDoor } from "./door";
import { type Answering, type GuardedServer, listen } from "./http-server";
import { openTestProvider } from "./testing-oidc";

const key = "ab".repeat(32);
const password = "a password that is long";
let opened: Awaited<ReturnType<typeof openTestContext>>;
let ctx: Context;
let server: GuardedServer;
let provider: Awaited<ReturnType<typeof openTestProvider>>;

const someone = { sub: "carol", email: "carol@example.org", name: "Carol", email_verified: true };

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

const ask = (path: string, init: RequestInit = {}) => fetch(`${server.url}${path}`, { redirect: "manual", ...init });
const post = (path: string, body: object, headers: Record<string, string> = {}) =>
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

async function whoIs(headers: Record<string, string>): Promise<Who | number> {
  const response = await ask("/api/v1/account", { headers });
  return response.ok ? whoSchema.parse(JSON.parse(decodeURIComponent(await response.text()))) : response.status;
}

/** The cookies of somebody who takes an invitation and signs in. */
async function join(secret: string, email: string): Promise<string> {
  const joined = await post("/api/auth/accept-invitation", { invitation: secret, name: email, email, password });
  expect(joined.status).toBe(200);
  const signedIn = await post("/api/auth/sign-in/email", { email, password });
  expect(signedIn.status).toBe(200);
  return cookiesOf(signedIn);
}

/** The cookies of whoever comes by the provider, and where that led. */
async function comeByProvider(): Promise<{ cookie: string; at: URL }> {
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

async function signedIn(): Promise<[string, string][]> {
  const { entries } = await callVerb(verbs.listAudit, { ...ctx, who: asAdmin }, { act: "signedIn" });
  return entries.map(({ who, outcome }) => [who, outcome]);
}

const asAdmin: Who = { name: "root@example.org", role: "admin", by: "session", id: "", address: "" };
async function invited(role: Who["role"]): Promise<string> {
  const { path } = await callVerb(verbs.inviteMember, { ...ctx, actor: asAdmin.name, who: asAdmin }, { role });
  return path.split("#")[1] ?? "";
}

describe("without a session", () => {
  it("nothing but login and health answers, whatever the request says of itself", async () => {
    const forged = { "x-portage-actor": "cli:root", [whoHeader]: encodeURIComponent(JSON.stringify(asAdmin)) };
    const paths = [...allVerbs, ...downloads].map(({ path }) => `/api/v1${path.replace(/\{\w+\}/g, "x")}`);
    for (const path of [...paths, "/api/metrics", "/api/v1/openapi.json", "/api/v1/runs/x/events"]) {
      const given: Record<string, string>[] = [{}, forged, { authorization: "Bearer portage_nonsense" }];
      for (const headers of given) expect([path, (await ask(path, { headers })).status]).toEqual([path, 401]);
    }
    for (const page of ["/", "/runs", "/configuration/members", "/login/x"]) {
      const response = await ask(page, { headers: forged });
      expect([response.status, response.headers.get("location")]).toEqual([
        303,
        `/login?next=${encodeURIComponent(page)}`,
      ]);
    }
    for (const page of ["/login", "/invitation", "/api/health/live", "/api/health/ready"])
      expect(await (await ask(page, { headers: forged })).text()).toBe(nobody);
    // A page's own actions are posted to any page.
    expect((await post("/login", {}, { "next-action": "x", ...forged })).status).toBe(401);
    expect((await post("/api/auth/sign-up/email", { email: "x@example.org", password, name: "x" })).status).toBe(400);
  });
});

describe("members", () => {
  it("the first admin comes by a link that works once, and invites others", async () => {
    const secret = (await firstAdminLink(ctx.database)) ?? "";
    const cookie = await join(secret, "alice@example.org");
    expect(await whoIs({ cookie })).toMatchObject({ name: "alice@example.org", role: "admin", by: "session" });
    expect(await firstAdminLink(ctx.database)).toBeNull();
    const again = { invitation: secret, name: "Eve", email: "eve@example.org", password };
    expect((await post("/api/auth/accept-invitation", again)).status).toBe(410);
    expect(
      (await post("/api/auth/sign-in/email", { email: "alice@example.org", password: "wrong-password" })).status,
    ).toBe(401);

    const bob = await join(await invited("operator"), "bob@example.org");
    expect(await whoIs({ cookie: bob })).toMatchObject({ role: "operator" });
    const { members } = await callVerb(verbs.listMembers, { ...ctx, who: asAdmin }, {});
    const id = (email: string) => members.find((one) => one.email === email)?.id ?? "";
    await callVerb(verbs.changeMember, { ...ctx, who: asAdmin }, { id: id("bob@example.org"), role: "viewer" });
    expect(await whoIs({ cookie: bob })).toMatchObject({ role: "viewer" });
    await callVerb(verbs.changeMember, { ...ctx, who: asAdmin }, { id: id("bob@example.org"), disabled: true });
    expect(await whoIs({ cookie: bob })).toBe(401);
    await expect(
      callVerb(verbs.changeMember, { ...ctx, who: asAdmin }, { id: id("alice@example.org"), role: "viewer" }),
    ).rejects.toMatchObject({ code: "last-admin" });

    const left = await post("/api/auth/sign-out", {}, { cookie, origin: server.url });
    expect([left.status, await whoIs({ cookie })]).toEqual([200, 401]);
    expect((await signedIn()).slice(0, 3)).toEqual([
      ["bob@example.org", "done"],
      ["alice@example.org", "refused"],
      ["alice@example.org", "done"],
    ]);
    expect(await verifyTrail(ctx.database)).toMatchObject({ ok: true });
  });

  it("come by OpenID Connect, with the role that is set for it", async () => {
    const { cookie } = await comeByProvider();
    expect(await whoIs({ cookie })).toMatchObject({ name: "carol@example.org", role: "viewer", by: "session" });
    expect((await signedIn())[0]).toEqual(["carol@example.org", "done"]);
  });

  it("don't come by an address that the provider hasn't verified, neither as somebody who is there nor as new", async () => {
    for (const [email, error] of [
      ["alice@example.org", "account_not_linked"],
      ["mallory@example.org", "unable_to_create_user"],
    ] as const) {
      Object.assign(someone, { sub: "mallory", email, email_verified: false });
      const { cookie, at } = await comeByProvider();
      expect([at.pathname, at.searchParams.get("error")]).toEqual(["/login", error]);
      expect(await whoIs({ cookie })).toBe(401);
      expect((await signedIn())[0]).toEqual(["somebody", "refused"]);
    }
    const accounts = await ctx.database.prisma.memberAccount.findMany({ where: { providerId: "oidc" } });
    expect(accounts.map(({ accountId }) => accountId)).toEqual(["carol"]);
  });

  it("come by invitations that are right: the first admin's ends with the first admin, and one that nobody came of stays", async () => {
    const accept = (invitation: string, email: string) =>
      post("/api/auth/accept-invitation", { invitation, name: email, email, password });
    const printed = await makeInvitation(ctx.database, { role: "admin", createdBy: "portage" });
    expect((await accept(printed, "eve@example.org")).status).toBe(410);
    // Who is a member isn't told to whoever has no invitation.
    expect((await accept("nonsense", "alice@example.org")).status).toBe(410);

    const both = [await invited("viewer"), await invited("viewer")];
    const answers = await Promise.all(both.map((secret) => accept(secret, "frank@example.org")));
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
    const left = both[answers.findIndex(({ ok }) => !ok)] ?? "";
    expect((await accept(left, "grace@example.org")).status).toBe(200);
  });
});

describe("tokens", () => {
  it("are shown once, do what their role may, and end at once", async () => {
    const { members } = await callVerb(verbs.listMembers, { ...ctx, who: asAdmin }, {});
    const alice = members.find(({ email }) => email === "alice@example.org");
    const who: Who = { ...asAdmin, name: "alice@example.org", id: alice?.id ?? "" };
    const mine = { ...ctx, actor: who.name, who };
    const { id, token } = await callVerb(verbs.addToken, mine, { name: "nightly", role: "operator", days: 1 });
    const headers = { authorization: `Bearer ${token}` };
    expect(await whoIs(headers)).toMatchObject({ name: "alice@example.org/nightly", role: "operator", by: "token" });
    const kept = await ctx.database.prisma.apiToken.findUniqueOrThrow({ where: { id } });
    expect(JSON.stringify(kept)).not.toContain(token);

    const low: Who = { ...who, role: "operator" };
    await expect(
      callVerb(verbs.addToken, { ...mine, who: low }, { name: "more", role: "admin" }),
    ).rejects.toMatchObject({ code: "role-too-high" });
    await callVerb(verbs.revokeToken, mine, { id });
    expect(await whoIs(headers)).toBe(401);

    const other = await callVerb(verbs.addToken, mine, { name: "old", role: "viewer", days: 1 });
    await ctx.database.run(`UPDATE "ApiToken" SET "expiresAt" = now() - interval '1 second' WHERE "id" = $1`, [
      other.id,
    ]);
    expect(await whoIs({ authorization: `Bearer ${other.token}` })).toBe(401);
  });
});

describe("four eyes", () => {
  it("whoever made a plan above the limit can't approve it, by no token of theirs either", async () => {
    const [{ values } = { values: {} }] = [{ values: { PORTAGE_LOGIN: "on", PORTAGE_FOUR_EYES: "0" } }];
    const strict = parseConfig([{ origin: "environment", values }], "/");
    const config = { ...ctx.config, login: strict.login };
    const as = (name: string): Context => ({
      ...ctx,
      config,
      actor: name,
      who: { ...asAdmin, role: "approver", name },
    });
    const { plan } = await callVerb(verbs.planMirror, as("dora@example.org"), { namespaces: ["a"] });
    await ctx.database.run(
      `UPDATE "Plan" SET "creates" = 3, "state" = 'ready', "hash" = 'ab', "readyAt" = now() WHERE "id" = $1`,
      [plan.id],
    );
    for (const name of ["dora@example.org", "dora@example.org/nightly"])
      await expect(callVerb(verbs.approvePlan, as(name), { id: plan.id })).rejects.toMatchObject({ code: "four-eyes" });
    await expect(callVerb(verbs.applyPlan, as("erik@example.org"), { id: plan.id })).rejects.toMatchObject({
      code: "hash-missing",
    });
    await expect(callVerb(verbs.startReembedding, as("erik@example.org"), { namespaces: ["a"] })).rejects.toMatchObject(
      { code: "four-eyes" },
    );
    const approved = await callVerb(verbs.approvePlan, as("erik@example.org"), { id: plan.id });
    expect(approved.approved?.by).toBe("erik@example.org");
  });
});

describe("the audit trail", () => {
  it("isn't filled by tries beyond the limit, or by ways in that there aren't", async () => {
    const noted = () => ctx.database.prisma.audit.count();
    const before = await noted();
    expect((await ask("/api/auth/sign-in/email")).status).toBe(404);
    await ask("/api/auth/callback/nonsense?error=x");
    expect(await noted()).toBe(before);

    const attempt = async () => (await post("/api/auth/sign-in/email", {})).status;
    let status = 0;
    for (let tries = 0; tries < 20 && status !== 429; tries++) status = await attempt();
    const after = await noted();
    expect([await attempt(), await noted()]).toEqual([429, after]);
    expect(after).toBeGreaterThan(before);
  });
});
