import { readFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { namespacesSchema } from "@/lib/shapes/namespaces/namespaces";
import { changeSchema } from "@/lib/shapes/plans/change";
import { planSchema } from "@/lib/shapes/plans/plan";
import { runSchema } from "@/lib/shapes/runs/run";
import { type ServedCommands, serveCommands } from "./served-commands.suite";
import { linesOf } from "./testing";

const changesSchema = z.object({ changes: z.array(changeSchema), matching: z.number().nullable() });
const planOf = (text: string) => planSchema.parse(JSON.parse(text));

/** A namespace that the target has half of, one whose metadata differ, and one that is the same on both sides. */
let half: string;
let edited: string;
let same: string;

let served: ServedCommands;
const portage: ServedCommands["portage"] = (...args) => served.portage(...args);

beforeAll(async () => {
  served = await serveCommands();
  const { out } = await portage("namespaces", "--json");
  const rows = namespacesSchema.parse(JSON.parse(out)).namespaces;
  const named = (source: number, target: number) =>
    rows.find((row) => row.source?.value === source && row.target?.value === target)?.name ?? "no such namespace";
  half = named(50, 25);
  edited = named(87, 87);
  same = named(1902, 1902);
});
afterAll(() => served?.close());

describe("mirroring by command line", () => {
  it("ends with 2 for wrong options, before anything is started", async () => {
    for (const args of [
      ["mirror", "plan"],
      ["mirror", "run", "a"],
      ["mirror", "run", "a", "--yes", "--max-cost", "-1"],
      ["mirror", "run", "a", "--yes", "--max-updates", "few"],
      ["apply", "a"],
      ["apply", "a", "--yes", "--only", "deletes"],
      ["plan", "changes", "a", "--kind", "unchanged"],
      ["plan", "changes", "nope", "--jsonl"],
      ["plan", "export", "a", "--format", "xlsx"],
    ]) {
      const { code, out, error } = await portage(...args);
      expect([code, out, linesOf(error).length], args.join(" ")).toEqual([2, "", 3]);
    }
    expect((await portage("plan", "export", "a", "--json")).code).toBe(2);
    expect(JSON.parse((await portage("runs", "list", "--json")).out)).toMatchObject({ matching: 0 });
  });

  it("answers 10 while there are changes, and 0 once only what was taken out is left or nothing is", async () => {
    const planned = await portage("mirror", "plan", half, "--detailed-exitcode", "--json");
    const plan = planOf(planned.out);
    expect([planned.code, plan.kind, plan.state, plan.counts.create]).toEqual([10, "mirror", "ready", 25]);
    const { changes } = changesSchema.parse(JSON.parse((await portage("plan", "changes", plan.id, "--json")).out));
    expect([changes.length, new Set(changes.map(({ kind }) => kind))]).toEqual([25, new Set(["create"])]);
    const [first, second] = changes.map(({ id }) => id);
    if (first === undefined || second === undefined) throw new Error("the plan has no changes");

    const excluded = await portage("plan", "exclude", plan.id, first, second, "--namespace", half, "--json");
    expect([excluded.code, planOf(excluded.out).excluded]).toEqual([0, { create: 2, update: 0 }]);
    expect((await portage("plan", "exclude", plan.id, "no such record")).code).toBe(1);
    const approved = planOf((await portage("plan", "approve", plan.id, "--json")).out);
    expect([approved.state, approved.approved?.hash === plan.hash]).toEqual(["approved", false]);
    expect((await portage("plan", "exclude", plan.id, first, "--include")).code).toBe(4);

    const applied = await portage("apply", plan.id, "--yes", "--json");
    const run = runSchema.parse(JSON.parse(applied.out));
    expect([applied.code, run.kind, run.state, run.total, run.outcome.written]).toEqual([
      0,
      "mirror",
      "succeeded",
      23,
      23,
    ]);
    const again = await portage("apply", plan.id, "--yes", "--json");
    expect([again.code, runSchema.parse(JSON.parse(again.out)).id]).toEqual([0, run.id]);
    expect(again.error).toContain("nothing was changed now");

    const left = await portage("mirror", "plan", half, "--detailed-exitcode", "--json");
    expect(left.code).toBe(10);
    const remaining = await portage("plan", "changes", planOf(left.out).id, "--jsonl");
    expect(linesOf(remaining.out).map((line) => changeSchema.parse(JSON.parse(line)).id)).toEqual([first, second]);

    const done = await portage("mirror", "run", half, "--yes", "--max-creates", "2", "--json");
    expect([done.code, runSchema.parse(JSON.parse(done.out)).outcome.written]).toEqual([0, 2]);
    const equal = await portage("mirror", "plan", half, "--detailed-exitcode");
    expect([equal.code, equal.out]).toEqual([0, expect.stringMatching(/^No changes:/)]);
  });

  it("refuses what is over the limits with 4, writes nothing and keeps the plan for a review", async () => {
    for (const limit of [
      ["--max-updates", "1"],
      ["--max-cost", "0"],
    ]) {
      const over = await portage("mirror", "run", edited, "--yes", ...limit, "--json");
      expect([over.code, JSON.parse(over.out).error.code]).toEqual([4, "over-limits"]);
    }
    const { plans } = z
      .object({ plans: z.array(planSchema) })
      .parse(JSON.parse((await portage("plan", "list", "--limit", "1", "--json")).out));
    const [plan] = plans;
    expect([plan?.state, plan?.namespaces, plan?.counts.create]).toEqual(["ready", [edited], 0]);
    const id = plan?.id ?? "";
    const shown = await portage("plan", "changes", id, "--kind", "update", "--limit", "1");
    expect(linesOf(shown.out)[0]).toMatch(new RegExp(`^~ ${edited}  `));
    const file = path.join(served.commands.folder, "changes.csv");
    const exported = await portage("plan", "export", id, "--format", "csv", "-o", file, "--json");
    expect(JSON.parse(exported.out)).toEqual({ file, format: "csv", bytes: readFileSync(file).length });
    const lines = linesOf((await portage("plan", "export", id)).out);
    expect(lines.map((line) => changeSchema.parse(JSON.parse(line)).kind)).toEqual(lines.map(() => "update"));
    expect(lines).toHaveLength(plan?.counts.update ?? 0);
    expect((await portage("apply", id, "--yes", "--only", "creates", "--json")).code).toBe(0);
    const applied = await portage("apply", id, "--yes", "--only", "updates");
    expect([applied.code, applied.out]).toEqual([0, expect.stringContaining(`${lines.length} written`)]);
  });

  it("says so in words and JSON when there is nothing to apply", async () => {
    const none = await portage("mirror", "run", same, "--yes", "--json");
    expect([none.code, runSchema.parse(JSON.parse(none.out)).state]).toEqual([0, "succeeded"]);
    const words = await portage("mirror", "run", same, "--yes");
    expect([words.code, words.out]).toEqual([0, expect.stringMatching(/^There is nothing to apply:/)]);
  });
});
