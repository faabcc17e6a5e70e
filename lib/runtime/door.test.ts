import { describe, expect, it } from "vitest";
import { callVerb } from "@/lib/actions/verbs/call-verb";
import { allVerbs, downloads, verbs } from "@/lib/actions/verbs/registry";
import { verifyTrail } from "@/lib/audit/verify-trail";
import { firstAdminLink, makeInvitation } from "@/lib/auth/invitations";
import { nobody, whoHeader, whoSchema } from "@/lib/shapes/team/role";
import { describeRights } from "./door-rights.suite";
import {
  asAdmin,
  ask,
  comeByProvider,
  ctx,
  invited,
  join,
  openDoorForAll,
  password,
  post,
  server,
  signedIn,
  someone,
  whoIs,
} from "./door-world.suite";

openDoorForAll();

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
    const carol = whoSchema.parse(await whoIs({ cookie }));
    expect(carol).toMatchObject({ name: "carol@example.org", role: "viewer", by: "session" });
    const { members } = await callVerb(verbs.listMembers, { ...ctx, who: asAdmin }, {});
    const alice = { ...carol, id: members.find(({ email }) => email === "alice@example.org")?.id ?? "" };
    for (const [who, password] of [
      [carol, false],
      [alice, true],
    ] as const)
      expect(await callVerb(verbs.showAccount, { ...ctx, who }, {})).toMatchObject({ password });
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

describeRights();
