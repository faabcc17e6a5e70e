import { existsSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { listAuditAnswer } from "@/lib/actions/audit/list-audit";
import { contextFor } from "@/lib/actions/verbs/context";
import { beginIntent } from "@/lib/audit/intents";
import { namespacesSchema } from "@/lib/shapes/namespaces/namespaces";
import { doctorSchema } from "@/lib/shapes/overview";
import { planSchema } from "@/lib/shapes/plans/plan";
import { findingSchema } from "@/lib/shapes/runs/reason";
import { runSchema } from "@/lib/shapes/runs/run";
import { type ServedCommands, serveCommands } from "./served-commands.suite";
import { ended, linesOf, saying } from "./testing";

const errorShape = z.strictObject({
  error: z.strictObject({ code: z.string(), what: z.string(), notLost: z.string(), next: z.string() }),
});

/** A namespace of the source that the target has only in part, a whole one with findings, and a large one: by what they hold. */
let rows: z.infer<typeof namespacesSchema>["namespaces"];
const named = (fits: (source: number, target: number) => boolean): string => {
  const found = rows.find((row) => row.name !== "" && fits(row.source?.value ?? 0, row.target?.value ?? 0));
  if (!found) throw new Error("the sandbox holds no such namespace");
  return found.name;
};

let served: ServedCommands;
beforeAll(async () => {
  served = await serveCommands();
  const { out } = await served.portage("namespaces", "--json");
  rows = namespacesSchema.parse(JSON.parse(out)).namespaces;
});
afterAll(() => served?.close());

describe("beside a server", () => {
  const portage: ServedCommands["portage"] = (...args) => served.portage(...args);

  it("ends with 2 and three sentences for what is wrong, and starts nothing", async () => {
    for (const args of [
      ["sail"],
      ["reembed"],
      ["reembed", "a", "--all", "--yes"],
      ["reembed", "a", "--yes", "--batch-size", "-5"],
      ["reembed", "a", "--yes", "--batch-size", "101"],
      ["reembed", "a", "--yes", "--batch-size", "99999999999999999999"],
      ["reembed", "a", "--yes", "--batch-size", "NaN"],
      ["reembed", "a", "--yes", "--limit", "0"],
      ["reembed", "a"],
      ["verify", "a", "--sample", "5", "--full"],
      ["runs", "show"],
      ["runs", "list", "--state", "sleeping"],
      ["namespaces", "--index", "both-of-them"],
      ["runs", "retry", "x"],
    ]) {
      const { code, out, error } = await portage(...args);
      expect([code, out], args.join(" ")).toEqual([2, ""]);
      expect(linesOf(error), args.join(" ")).toHaveLength(3);
    }
    const { out } = await portage("runs", "list", "--json");
    expect(JSON.parse(out)).toMatchObject({ matching: 0 });
  });

  it("gives an error as the one JSON document when JSON was asked for", async () => {
    for (const args of [["sail"], ["reembed", "nope", "--yes"], ["runs", "show", "nope"], ["reembed", "a"]]) {
      const { code, out } = await portage(...args, "--json");
      expect(code, args.join(" ")).toBe(2);
      expect(() => errorShape.parse(JSON.parse(out)), args.join(" ")).not.toThrow();
    }
  });

  it("lists namespaces and checks connections in the documented shapes, nothing else on stdout", async () => {
    const doctor = await portage("doctor", "--json");
    expect([doctor.code, doctorSchema.parse(JSON.parse(doctor.out)).ok]).toEqual([0, true]);
    const lines = await portage("namespaces", "--jsonl");
    expect(linesOf(lines.out).map((line) => JSON.parse(line).name)).toEqual(rows.map((row) => row.name));
    const table = await portage("namespaces");
    expect(table.out).toContain("__default__");
    expect(table.out + table.error).not.toContain("\u001b");
  });

  it("ends with 2 for a namespace that is nowhere", async () => {
    expect(await portage("namespaces", "nope")).toMatchObject({ code: 2, error: expect.stringContaining("nope") });
  });

  it("ends with 1 when records were left out, says why, and lists them", async () => {
    const done = await portage("reembed", "a/b c#%?&", "--yes", "--batch-size", "7");
    expect([done.code, done.code === 1 ? "" : done.error]).toEqual([1, ""]);
    expect(done.out).toMatch(/ skipped \(.*no text.*\), 0 failed: 58 of 58 accounted for\./);
    const id = z.string().parse(/(run-[\w-]+): succeeded with findings/.exec(done.out)?.[1]);
    const found = await portage("runs", "findings", id, "--jsonl");
    const findings = linesOf(found.out).map((line) => findingSchema.parse(JSON.parse(line)));
    expect(findings.every((finding) => finding.runId === id)).toBe(true);
    expect(findings.map((finding) => finding.reason)).toContain("no-text");
    const verified = await portage("verify", "a/b c#%?&", "--full", "--json");
    expect(runSchema.parse(JSON.parse(verified.out))).toMatchObject({ kind: "verify", verified: { pending: 0 } });
  });
});

/** Makes a process say at its end how long it has computed, however busy the machine is. Microseconds. */
const sayComputed = `data:text/javascript,${encodeURIComponent(
  'process.on("exit", () => { const { user, system } = process.cpuUsage(); process.stderr.write("computed " + (user + system)) })',
)}`;

describe("on its own, each command a process that opens everything", () => {
  const portage = (...args: string[]) => ended(served.commands.start(args));
  const start: ServedCommands["commands"]["start"] = (...started) => served.commands.start(...started);
  let told: string;
  beforeAll(async () => {
    // As an act leaves it that is killed half-way.
    const { database } = contextFor({ name: "test", role: "admin", by: "machine", id: "", address: "" });
    const who = { who: "cli:somebody", role: "admin", by: "machine", address: "" };
    await beginIntent(database, { ...who, act: "removeRoute", subject: "r-1", planHash: "", details: {} });
    told = (await served.portage("audit")).out + (await served.portage("audit", "--verify")).out;
    await served.stopServing();
  });

  it("shows what was begun without an end, and puts it into the trail once its process is gone, whichever command comes next", async () => {
    expect(told).toContain("cli:somebody: removeRoute r-1 was begun; how it ended isn't known.");
    expect(told).toContain("1 act was begun and no entry says how it ended");
    const { entries, open } = listAuditAnswer.parse(
      JSON.parse((await portage("audit", "--subject", "r-1", "--json")).out),
    );
    expect(entries).toMatchObject([{ who: "cli:somebody", act: "removeRoute", outcome: "unknown" }]);
    expect(open).toEqual([]);
  });

  it("answers --help with a small part of a second of computing", async () => {
    for (const args of [["--help"], ["reembed", "--help"]]) {
      const { code, out, error } = await ended(start(args, { NODE_OPTIONS: `--import=${sayComputed}` }));
      expect([code, out.startsWith("Usage: portage")]).toEqual([0, true]);
      expect(Number(/computed (\d+)/.exec(error)?.[1])).toBeLessThan(400_000);
    }
  });

  it("names a setting that doesn't parse, without its value when it is secret", async () => {
    const wrong = await ended(start(["runs", "list"], { QUERY_BATCH_SIZE: "many" }));
    expect([wrong.code, wrong.error]).toEqual([2, expect.stringContaining("QUERY_BATCH_SIZE")]);
    const secret = await ended(start(["runs", "list"], { DATABASE_URL: "mysql://root:hunter2@db" }));
    expect([secret.code, secret.error.includes("hunter2")]).toEqual([2, false]);
  });

  it("ends with 2 for an index that is missing, or of another dimension", async () => {
    const missing = await ended(start(["doctor", "--json"], { PINECONE_OLD_INDEX: "nowhere" }));
    expect([missing.code, doctorSchema.parse(JSON.parse(missing.out)).ok]).toEqual([2, false]);
    const unknown = await ended(start(["reembed", "--all", "--yes"], { PINECONE_OLD_INDEX: "nowhere" }));
    expect([unknown.code, unknown.error]).toEqual([2, expect.stringContaining("nowhere")]);
    const mismatch = await ended(start(["reembed", "--all", "--yes"], { GEMINI_OUTPUT_DIMENSIONS: "768" }));
    expect([mismatch.code, mismatch.error]).toEqual([2, expect.stringContaining("768")]);
  });

  it("plans without writing, writes once, and writes nothing the second time", async () => {
    const name = named((source, target) => source > 0 && source < 200 && target > 0 && target < source);
    const dry = await portage("reembed", name, "--dry-run", "--json");
    const plan = planSchema.parse(JSON.parse(dry.out));
    expect([dry.code, plan.state, plan.namespaces]).toEqual([0, "ready", [name]]);
    expect(plan.counts.create).toBeGreaterThan(0);

    const first = await portage("apply", plan.id, "--yes", "--json");
    const run = runSchema.parse(JSON.parse(first.out));
    expect([first.code, run.state, run.outcome.written]).toEqual([0, "succeeded", plan.counts.create]);
    expect(run.planId).toBe(plan.id);
    const { written, unchanged, skipped, failed, drifted } = run.outcome;
    expect(written + unchanged + skipped + failed + drifted).toBe(run.total);
    // What was in the target before is another tool's: of its vectors nobody knows the model.
    expect(run.verified).toMatchObject({ ok: 0, partly: 1, failed: 0, pending: 0 });

    const twice = await portage("apply", plan.id, "--yes");
    expect([twice.code, twice.error]).toEqual([0, expect.stringContaining(`was applied before, by ${run.id}`)]);

    const second = await portage("reembed", name, "--yes");
    expect(second.code).toBe(0);
    expect(second.out).toMatch(/^0 written, \d+ unchanged, 0 skipped, 0 failed: (\d+) of \1 accounted for\.\n/);
    expect(second.out + second.error).not.toContain("\u001b");
  });

  it("migrates between two ends that no route was saved for, then along that route; one that fails leaves nothing behind", async () => {
    const { folder } = served.commands;
    const lines = [1, 2, 3].map((at) => JSON.stringify({ id: `r${at}`, text: `Text ${at}`, embedding: [at, 0.1, 1] }));
    writeFileSync(path.join(folder, "records.jsonl"), lines.join("\n"));
    const to = ["--to", "export-folder:./copied", "--yes"];
    const failed = await portage("migrate", "--from", "table-file:./nowhere.jsonl", ...to);
    expect([failed.code, failed.error]).toEqual([2, expect.stringContaining("nowhere.jsonl")]);
    const first = await portage("migrate", "--from", "table-file:./records.jsonl", ...to, "--json");
    const run = runSchema.parse(JSON.parse(first.out));
    expect([first.code, run.state, run.outcome.written, run.embedded.texts]).toEqual([0, "succeeded", 3, 0]);
    expect(existsSync(path.join(folder, "copied", "portage-export.json"))).toBe(true);
    const again = await portage("migrate", "--all", "--route", run.route?.name ?? "", "--yes", "--json");
    expect([again.code, runSchema.parse(JSON.parse(again.out)).outcome]).toMatchObject([
      0,
      { written: 0, unchanged: 3 },
    ]);
    // One connection for each end that worked: none of the one that failed.
    const { out } = await portage("connections", "list", "--json");
    expect(out.match(/"name":\s*"(table-file|export-folder)-[^"]*"/g)).toHaveLength(2);
  });

  it("ends with 4 where an estimate is over a ceiling, before it starts, and where a run reaches one", async () => {
    const name = named((source, target) => source > 20 && source < 200 && target === 0);
    const over = await portage("reembed", name, "--yes", "--max-texts", "3");
    expect([over.code, over.error]).toEqual([
      4,
      expect.stringMatching(/is over the limits: \d+ texts are more than 3\./),
    ]);
    expect(over.error).toContain("Nothing was embedded or written; the plan is kept.");

    const reached = await ended(start(["reembed", name, "--yes", "--json"], { PORTAGE_MAX_TEXTS: "3" }));
    const run = runSchema.parse(JSON.parse(reached.out));
    expect([reached.code, run.state, run.embedded.texts, run.outcome.written]).toEqual([4, "paused", 3, 3]);
    expect(reached.error).toContain("The ceiling of 3 texts is reached: 3 texts so far");
    expect(reached.error).toContain(`portage runs resume ${run.id} --max-texts N`);

    const same = await portage("runs", "resume", run.id, "--max-texts", "3");
    expect([same.code, same.error]).toEqual([4, expect.stringContaining("has reached its ceiling of 3 texts")]);
    const rest = await portage("runs", "resume", run.id, "--max-texts", "none", "--json");
    expect(rest.code).toBe(0);
    expect(runSchema.parse(JSON.parse(rest.out)).state).toBe("succeeded");
  });

  it("pauses cleanly at the first Ctrl-C and goes on with the same run when started again; the second one stops at once", async () => {
    const name = named((source, target) => source > 3000 && target === 0);
    const args = ["reembed", name, "--yes", "--json"];
    // A quota that makes sure that the run isn't over before it is interrupted.
    const slow = { GEMINI_REQUESTS_PER_MINUTE: "600" };
    const one = start(args, slow);
    await saying(one, "of 3,");
    one.kill("SIGINT");
    const paused = await ended(one);
    expect(paused.code).toBe(130);
    const run = runSchema.parse(JSON.parse(paused.out));
    expect(run.state).toBe("paused");
    expect(paused.error).toContain(`portage runs resume ${run.id}`);

    const two = start(args, slow);
    const second = ended(two);
    await saying(two, "Going on with");
    two.kill("SIGINT");
    await saying(two, "Pausing");
    // One press of Ctrl-C may arrive twice within 0.4 s: the second press comes later than that.
    const pressing = setInterval(() => two.kill("SIGINT"), 150);
    const stopped = await second;
    clearInterval(pressing);
    expect(stopped.code).toBe(130);
    const cancelled = await portage("runs", "cancel", run.id, "--json");
    expect(runSchema.parse(JSON.parse(cancelled.out)).state).toMatch(/^cancel/);
    expect((await portage("runs", "list", "--jsonl")).out).toContain(run.id);
  });
});
