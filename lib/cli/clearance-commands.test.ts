import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { searchAnswerSchema } from "@/lib/shapes/cut-over/search";
import {
  type DocumentsOverview,
  documentNamespacesSchema,
  documentsOverviewSchema,
} from "@/lib/shapes/documents/documents";
import { planSchema } from "@/lib/shapes/plans/plan";
import { runSchema } from "@/lib/shapes/runs/run";
import { type ServedCommands, serveCommands } from "./served-commands.suite";
import { linesOf } from "./testing";

const planOf = (text: string) => planSchema.parse(JSON.parse(text));
const show = async (): Promise<DocumentsOverview> =>
  documentsOverviewSchema.parse(JSON.parse((await portage("clearance", "show", "--json")).out));
const countOf = ({ counts }: DocumentsOverview, level: number) =>
  counts?.values?.find(({ value }) => value === level)?.count ?? 0;

let served: ServedCommands;
const portage: ServedCommands["portage"] = (...args) => served.portage(...args);
let first: DocumentsOverview;

beforeAll(async () => {
  served = await serveCommands();
  first = await show();
});
afterAll(() => served?.close());

describe("clearance levels by command line", () => {
  it("ends with 2 for wrong options, in three lines, before anything is read", async () => {
    for (const args of [
      ["--level", "1.5"],
      ["--level", "2147483648"],
      ["--level", "1", "--value", "2"],
      ["--value", "high"],
      ["--value", "yes", "--kind", "boolean"],
      ["--missing-only", "--every"],
      ["--index", "nothing-there"],
      ["no-such-namespace"],
      ["a-namespace", "--all"],
    ]) {
      const { code, out, error } = await portage("clearance", "plan", ...args);
      expect([code, out, linesOf(error).length], `${args.join(" ")}: ${error}`).toEqual([2, "", 3]);
    }
    expect((await portage("clearance", "add-mapping")).code).toBe(2);
    expect(JSON.parse((await portage("plan", "list", "--json")).out)).toMatchObject({ matching: 0 });
  });

  it("ends with 4 for what could never be written, and for a mapping that nothing lacks with 2", async () => {
    const text = await portage("clearance", "plan", "--kind", "keyword", "--value", "high");
    expect([text.code, linesOf(text.error).length]).toEqual([4, 3]);
    expect((await portage("clearance", "add-mapping", "--yes")).code).toBe(2);
  });

  it("sets what has no level, in one namespace and then in all, and then finds nothing to do", async () => {
    const { out } = await portage("clearance", "show", "--namespaces", "--json");
    const { rows } = documentNamespacesSchema.parse(JSON.parse(out));
    const namespace = rows.find(({ name }) => name !== null && name !== "")?.name ?? "";

    const one = await portage("clearance", "plan", namespace, "--detailed-exitcode", "--json");
    const planned = planOf(one.out);
    expect([one.code, planned.kind, planned.namespaces]).toEqual([10, "clearance", [namespace]]);
    const applied = await portage("apply", planned.id, "--yes", "--json");
    expect([applied.code, runSchema.parse(JSON.parse(applied.out)).outcome.written]).toEqual([
      0,
      planned.counts.create,
    ]);
    const again = await portage("clearance", "plan", namespace, "--detailed-exitcode", "--json");
    expect([again.code, planOf(again.out).counts.create]).toEqual([0, 0]);

    const all = planOf((await portage("clearance", "plan", "--json")).out);
    expect(all.namespaces).toEqual([]);
    expect((await portage("apply", all.id, "--yes")).code).toBe(0);
    const done = await portage("clearance", "plan", "--all", "--detailed-exitcode");
    expect([done.code, done.out]).toEqual([0, expect.stringContaining("No changes")]);
    const second = await portage("apply", all.id, "--yes");
    expect([second.code, second.error]).toEqual([0, expect.stringContaining("nothing was changed now")]);

    const last = await show();
    expect(last.counts?.without).toBe(0);
    // What somebody had set is as it was.
    for (const level of [2, 3]) expect(countOf(last, level)).toBe(countOf(first, level));
    expect(countOf(first, 3)).toBeGreaterThan(0);
  });

  it("overwrites when that is asked for, and says loudly what", async () => {
    const { out, code } = await portage("clearance", "plan", "--every", "--overwrite", "--level", "3");
    expect([code, out]).toEqual([0, expect.stringMatching(/overwrite another value in [\d,]+ documents: 1 in /)]);
  });

  it("has a pace for runs over documents alone", async () => {
    const listed = z
      .object({ runs: z.array(runSchema) })
      .parse(JSON.parse((await portage("runs", "list", "--json")).out));
    const plan = listed.runs.find(({ kind }) => kind === "plan")?.id ?? "";
    expect((await portage("runs", "pace", plan, "10")).code).toBe(4);
    expect((await portage("runs", "pace", plan, "fast")).code).toBe(2);
  });
});

describe("a question by command line", () => {
  it("with --hybrid is answered by vectors and words in one list, or refused with the reason", async () => {
    const asked = await portage(
      "search",
      "package",
      "--namespace",
      "2c10075e-7275-5ce1-86eb-ca9af96a3326",
      "--hybrid",
      "--json",
    );
    expect(asked.code).toBe(0);
    expect(searchAnswerSchema.parse(JSON.parse(asked.out)).hybrid?.hits.length).toBeGreaterThan(0);
    const refused = await portage(
      "search",
      "--record",
      "assert-d-ts#chunk-00028",
      "--namespace",
      "2c10075e-7275-5ce1-86eb-ca9af96a3326",
      "--hybrid",
      "--json",
    );
    expect([refused.code, JSON.parse(refused.out).error.what]).toEqual([
      2,
      "Vectors and words can't be put into one list: words can't be asked by a record.",
    ]);
  });
});
