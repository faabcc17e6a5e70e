import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { appendEntry, appendWithin, type NewEntry } from "@/lib/audit/entry-rows";
import { settleIntents } from "@/lib/audit/intents";
import { trimAudit } from "@/lib/audit/trim-audit";
import { verifyTrail } from "@/lib/audit/verify-trail";
import { isOperatorError } from "@/lib/operator-error";
import type { Role, Who } from "@/lib/shapes/team/role";
import { callVerb, openDownload } from "../verbs/call-verb";
import type { Context } from "../verbs/context";
import { verbs } from "../verbs/registry";
import { openTestContext } from "../verbs/testing";
import { auditExport } from "./audit-verbs";

let opened: Awaited<ReturnType<typeof openTestContext>>;
beforeEach(async () => {
  opened = await openTestContext({
    source: { a: 3 },
    target: {},
    environment: { PORTAGE_SECRET_KEY: "ab".repeat(32) },
  });
});
afterEach(() => opened.close());

const as = (role: Role): Context => {
  const who: Who = { name: `${role}@example.org`, role, by: "session", id: role, address: "192.0.2.7" };
  return { ...opened.ctx, actor: who.name, who };
};
const entries = async () => (await callVerb(verbs.listAudit, as("admin"), {})).entries;

it("keeps who did what, with old and new values and no secret, and what was refused", async () => {
  await callVerb(verbs.setSchedule, as("approver"), { all: true, cron: "0 3 * * *" });
  await callVerb(verbs.setSchedule, as("approver"), { all: true, cron: "0 4 * * *", maxCreates: 5 });
  const { run, plan } = await callVerb(verbs.planMirror, as("operator"), { namespaces: ["a"] });
  const refused: unknown = await callVerb(verbs.applyPlan, as("viewer"), { id: plan.id }).catch((e: unknown) => e);
  expect(isOperatorError(refused) && refused.code).toBe("not-allowed");
  await callVerb(verbs.applyPlan, as("approver"), { id: plan.id, hash: "another" }).catch(() => {});
  const settings = { apiKey: "pcsk_very-secret-key", controllerHost: "https://user:pw@example.org/path?key=1" };
  await callVerb(verbs.addConnection, as("admin"), { name: "prod", kind: "pinecone", settings, untested: true }).catch(
    () => {},
  );
  for await (const _ of (await openDownload(auditExport, as("admin"), {})).chunks);

  const all = (await entries()).reverse();
  expect(all.map(({ who, act, outcome, code }) => [who, act, outcome, code])).toEqual([
    ["approver@example.org", "setSchedule", "done", ""],
    ["approver@example.org", "setSchedule", "done", ""],
    ["operator@example.org", "planMirror", "done", ""],
    ["viewer@example.org", "applyPlan", "refused", "not-allowed"],
    ["approver@example.org", "applyPlan", "refused", expect.any(String)],
    ["admin@example.org", "addConnection", expect.any(String), expect.any(String)],
    ["admin@example.org", "exportAudit", "done", ""],
  ]);
  expect(all[1]).toMatchObject({
    role: "approver",
    by: "session",
    address: "192.0.2.7",
    details: { before: { cron: "0 3 * * *" }, after: { cron: "0 4 * * *", limits: { maxCreates: 5 } } },
  });
  expect([all[2]?.subject, all[3]?.subject]).toEqual([run.id, plan.id]);
  const text = JSON.stringify(all);
  for (const secret of ["very-secret", "user:pw", "key=1"]) expect(text).not.toContain(secret);
  // What only reads leaves nothing behind.
  await callVerb(verbs.listRuns, as("viewer"), {});
  expect(await entries()).toHaveLength(all.length);
});

it("keeps what a killed process had begun, once, and refuses what can't be noted", async () => {
  const { database } = opened.ctx;
  const killed = { ...verbs.removeSchedule, run: () => new Promise<never>(() => {}) };
  void callVerb(killed, as("approver"), { id: "schedule-1" });
  await expect.poll(() => database.prisma.auditIntent.count()).toBe(1);
  expect(await settleIntents(database, 5)).toBe(0);
  const begun = await callVerb(verbs.listAudit, as("admin"), {});
  expect(begun).toMatchObject({ entries: [], open: [{ act: "removeSchedule", subject: "schedule-1" }] });
  expect(await verifyTrail(database)).toMatchObject({ ok: true, entries: 0, open: 1 });
  await Promise.all([settleIntents(database, 0), settleIntents(database, 0)]);
  const [last, ...others] = await entries();
  expect(last).toMatchObject({
    who: "approver@example.org",
    act: "removeSchedule",
    subject: "schedule-1",
    outcome: "unknown",
  });
  expect([others, await database.prisma.auditIntent.count()]).toEqual([[], 0]);

  const run = vi.fn();
  const full = { ...as("approver"), database: { ...database, run: () => Promise.reject(new Error("disk full")) } };
  const refused: unknown = await callVerb({ ...killed, run }, full, { id: "schedule-1" }).catch(
    (error: unknown) => error,
  );
  expect([isOperatorError(refused) && refused.notLost, run.mock.calls.length]).toEqual([
    "Nothing was started or changed.",
    0,
  ]);
  expect(await verifyTrail(database)).toMatchObject({ ok: true, entries: 1, open: 0 });
});

it("shows a change, a removal and a gap, and stays whole when age removes its beginning", async () => {
  const { database } = opened.ctx;
  const entry = (act: string): NewEntry => ({
    who: "a",
    role: "admin",
    by: "process",
    address: "",
    act,
    subject: "s",
    planHash: "",
    outcome: "done",
    code: "",
    details: { note: act },
  });
  const put = (act: string, at?: Date) => appendEntry(database, entry(act), at);
  for (const act of ["one \ud800\0", "two"]) await put(act, new Date("2020-01-01"));
  const last = await Promise.all(["three", "four", "five"].map((act) => put(act)));
  expect(new Set(last.map(({ number }) => number))).toEqual(new Set([3, 4, 5]));
  expect(await verifyTrail(database)).toMatchObject({ ok: true, entries: 5, last: { number: 5 } });

  const broken = async (statement: string) => {
    const inside = Symbol("rolled back");
    let verdict: unknown;
    await database
      .transaction(async (sql) => {
        await sql.run(statement);
        verdict = (await verifyTrail(sql)).broken?.number ?? null;
        throw inside;
      })
      .catch((error: unknown) => {
        if (error !== inside) throw error;
      });
    return verdict;
  };
  expect(await broken(`UPDATE "Audit" SET "who" = 'b' WHERE "number" = 4`)).toBe(4);
  expect(await broken(`UPDATE "Audit" SET "details" = '{}' WHERE "number" = 1`)).toBe(1);
  expect(await broken(`DELETE FROM "Audit" WHERE "number" = 3`)).toBe(4);
  expect(await broken(`DELETE FROM "Audit" WHERE "number" = 1`)).toBe(2);

  expect(await trimAudit(database, 365)).toBe(2);
  expect(await verifyTrail(database)).toMatchObject({ ok: true, entries: 4, last: { number: 6 } });
  expect(await broken(`DELETE FROM "Audit" WHERE "number" = 3`)).toBe(4);

  // Who has to wait is noted at the time when it was its turn: what is removed by age never takes a younger one along.
  let waiting: Promise<unknown> = Promise.resolve();
  await database.transaction(async (sql) => {
    waiting = put("waits");
    const begun = Date.now();
    while (Date.now() - begun < 5) await sql.run("SELECT 1");
    await appendWithin(sql, entry("first"));
  });
  await waiting;
  const times = (await entries()).map(({ at }) => at);
  expect(times).toEqual(times.toSorted().toReversed());
});
