import { describe, expect, it } from "vitest";
import { parseConfig } from "@/lib/config";
import { isOperatorError } from "@/lib/operator-error";
import { includesRole, type Role, roles, type Who } from "@/lib/shapes/team/role";
import { callVerb, openDownload, receiveUpload } from "./call-verb";
import type { Context } from "./context";
import { downloads, uploads, verbs } from "./registry";

/** What a call must not get to: it is refused before, or because nothing that any verb takes is `null`. */
const unreachable = new Proxy(
  {},
  {
    get: () => {
      throw new Error("A verb was run.");
    },
  },
);

function contextOf(role: Role): Context {
  const who: Who = { name: "somebody@example.org", role, by: "session", id: "member", address: "192.0.2.1" };
  const context = { config: parseConfig([], "/"), log: { info() {}, warn() {}, error() {} }, actor: who.name, who };
  // Refusals are put into the audit trail.
  const database = { transaction: async () => ({ number: 1, hash: "" }), rows: async () => [] };
  return Object.assign(Object.create(unreachable), context, { database });
}

async function codeOf(call: Promise<unknown>): Promise<string> {
  const error: unknown = await call.then(
    () => null,
    (caught: unknown) => caught,
  );
  return isOperatorError(error) ? error.code : String(error);
}

describe("what each role may", () => {
  const rows = [
    ...Object.values(verbs).map((verb) => ({
      ...verb,
      call: (ctx: Context) => verb.answer(ctx, null, {}),
    })),
    ...downloads.map((download) => ({
      ...download,
      kind: "read" as const,
      call: (ctx: Context) => openDownload(download, ctx, null),
    })),
    ...uploads.map((upload) => ({
      ...upload,
      kind: "read" as const,
      call: (ctx: Context) => receiveUpload(upload, ctx, null, { contentType: "", length: null, bytes: null }),
    })),
  ];

  it.each(rows.map((row) => [row.name, row] as const))("%s", async (_name, { role: needed, call }) => {
    for (const role of roles) {
      const code = await codeOf(call(contextOf(role)));
      expect([role, code]).toEqual([role, includesRole(role, needed) ? "invalid-input" : "not-allowed"]);
    }
  });

  it("lets viewers change nothing, and approvers alone write to a target or open the way to it", () => {
    const of = (wanted: Role) => rows.filter(({ role }) => role === wanted).map(({ name }) => name);
    const changing = rows.filter(({ role, kind }) => role === "viewer" && kind === "write").map(({ name }) => name);
    // Their own tokens, which may do no more than they may.
    expect(changing).toEqual(["addToken", "revokeToken"]);
    const writing = [
      "applyPlan",
      "approvePlan",
      "withdrawApproval",
      "startReembedding",
      "retryFindings",
      "setSchedule",
    ];
    expect(of("approver")).toEqual(
      expect.arrayContaining([...writing, "removeSchedule", "createTarget", "addMapping"]),
    );
    const keeping = ["addConnection", "updateConnection", "removeConnection", "addRoute", "updateRoute", "removeRoute"];
    expect(of("admin")).toEqual(expect.arrayContaining([...keeping, "severalRoutes", "exportBackup"]));
  });

  it("runs the verb for a process that works for itself", async () => {
    const { who: _who, ...ctx } = contextOf("viewer");
    // That it begins is noted before it does.
    const steps: string[] = [];
    const run = async (statement: string) => steps.push(statement.split(" (")[0] ?? "");
    const context = { ...contextOf("admin"), ...ctx, database: Object.assign(ctx.database, { run }) };
    const pause = { ...verbs.pauseRun, run: async () => steps.push("ran") };
    expect(await callVerb(pause, context, { id: "r" })).toBe(2);
    expect(steps).toEqual([`INSERT INTO "AuditIntent"`, "ran"]);
  });
});
