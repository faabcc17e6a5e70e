import { describe, expect, it } from "vitest";
import { callVerb } from "@/lib/actions/verbs/call-verb";
import type { Context } from "@/lib/actions/verbs/context";
import { verbs } from "@/lib/actions/verbs/registry";
import { parseConfig } from "@/lib/config";
import type { Who } from "@/lib/shapes/team/role";
import { asAdmin, ask, ctx, post, whoIs } from "./door-world.suite";

/** What members may do once they are in; alice@example.org is one. */
export function describeRights(): void {
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
    it("whoever made a plan above the limit can't approve it, nor raise a ceiling of its run, by no token of theirs either", async () => {
      const [{ values } = { values: {} }] = [{ values: { PORTAGE_LOGIN: "on", PORTAGE_FOUR_EYES: "0" } }];
      const strict = parseConfig([{ origin: "environment", values }], "/");
      const config = { ...ctx.config, login: strict.login };
      const as = (name: string): Context => ({
        ...ctx,
        config,
        actor: name,
        who: { ...asAdmin, role: "approver", name },
      });
      const { plan, run } = await callVerb(verbs.planMirror, as("dora@example.org"), { namespaces: ["a"] });
      await ctx.database.run(
        `UPDATE "Plan" SET "creates" = 3, "state" = 'ready', "hash" = 'ab', "readyAt" = now() WHERE "id" = $1`,
        [plan.id],
      );
      for (const name of ["dora@example.org", "dora@example.org/nightly"])
        await expect(callVerb(verbs.approvePlan, as(name), { id: plan.id })).rejects.toMatchObject({
          code: "four-eyes",
        });
      await expect(callVerb(verbs.applyPlan, as("erik@example.org"), { id: plan.id })).rejects.toMatchObject({
        code: "hash-missing",
      });
      await expect(
        callVerb(verbs.startReembedding, as("erik@example.org"), { namespaces: ["a"] }),
      ).rejects.toMatchObject({ code: "four-eyes" });
      const approved = await callVerb(verbs.approvePlan, as("erik@example.org"), { id: plan.id });
      expect(approved.approved?.by).toBe("erik@example.org");

      // A run that only reads asks no more than to start it does, whichever way and also without a plan.
      const operator: Context = {
        ...as("olga@example.org"),
        who: { ...asAdmin, role: "operator", name: "olga@example.org" },
      };
      const { run: reading } = await callVerb(verbs.startVerification, as("dora@example.org"), {
        namespaces: ["a"],
        maxEgress: 1,
      });
      const again = await callVerb(verbs.startVerification, operator, { namespaces: ["a"], maxEgress: 2 });
      expect([again.run.id, again.run.ceilings?.maxEgress]).toEqual([reading.id, 2]);
      for (const asking of [operator, as("dora@example.org")])
        expect((await callVerb(verbs.resumeRun, asking, { id: reading.id, maxEgress: null })).ceilings).toBeNull();

      // What writes, as the approved plan's run does.
      await ctx.database.run(
        `UPDATE "Run" SET "kind" = 'mirror', "state" = 'paused', "settings" = jsonb_set("settings", '{only}', '"creates"') WHERE "id" = $1`,
        [run.id],
      );
      await ctx.database.prisma.ceiling.create({ data: { runId: run.id, maxTexts: 5 } });
      const applyAgain = (asking: Context, maxTexts: number | null) =>
        callVerb(verbs.applyPlan, asking, { id: plan.id, hash: approved.hash ?? "", maxTexts });
      const readTexts = async () =>
        (await ctx.database.prisma.ceiling.findUniqueOrThrow({ where: { runId: run.id } })).maxTexts;
      const resume = (asking: Context, maxTexts: number | null) =>
        callVerb(verbs.resumeRun, asking, { id: run.id, maxTexts });
      for (const most of [6, null]) {
        await expect(resume(operator, most)).rejects.toMatchObject({ code: "not-allowed" });
        await expect(resume(as("dora@example.org/nightly"), most)).rejects.toMatchObject({ code: "four-eyes" });
        await expect(applyAgain(as("dora@example.org"), most)).rejects.toMatchObject({ code: "four-eyes" });
      }
      expect(await readTexts()).toBe(5);
      expect((await resume(operator, 4)).ceilings).toMatchObject({ maxTexts: 4 });
      expect((await resume(as("erik@example.org"), 9)).ceilings).toMatchObject({ maxTexts: 9 });
      expect((await applyAgain(as("dora@example.org"), 8)).run?.ceilings).toMatchObject({ maxTexts: 8 });
      expect((await applyAgain(as("erik@example.org"), 20)).run?.ceilings).toMatchObject({ maxTexts: 20 });
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
}
