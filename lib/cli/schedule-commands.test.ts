import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { showScheduleAnswer } from "@/lib/actions/schedules/show-schedule";
import { contextFor } from "@/lib/actions/verbs/context";
import { planSchema } from "@/lib/shapes/plans/plan";
import { runSchema } from "@/lib/shapes/runs/run";
import { deliverySchema } from "@/lib/shapes/schedules/delivery";
import { fleetPageSchema, fleetRowSchema } from "@/lib/shapes/schedules/fleet";
import { scheduleSchema } from "@/lib/shapes/schedules/schedule";
import { type ServedCommands, serveCommands } from "./served-commands.suite";
import { ended, linesOf, saying } from "./testing";

let served: ServedCommands;
const portage: ServedCommands["portage"] = (...args) => served.portage(...args);
const asJson = async <T>(shape: z.ZodType<T>, ...args: string[]): Promise<T> => {
  const { out } = await portage(...args, "--json");
  return shape.parse(JSON.parse(out));
};
const codeOf = async (...args: string[]) => {
  const { code, out } = await portage(...args, "--json");
  return [code, z.object({ error: z.object({ code: z.string() }) }).parse(JSON.parse(out)).error.code];
};
const listed = z.object({ schedules: z.array(scheduleSchema) });
const hook = "http://127.0.0.1:9/hook";

/** Two namespaces that the target lacks, by what the sandbox holds: the smallest, and one whose run takes about a second. */
let small: string;
let larger: string;

beforeAll(async () => {
  vi.stubEnv("PORTAGE_WEBHOOK_SECRET", "signs nothing in these tests");
  served = await serveCommands();
  const { rows } = await asJson(fleetPageSchema, "fleet");
  const ordered = rows
    .filter(({ name, target }) => name !== "" && target === null)
    .sort((a, b) => (a.source?.value ?? 0) - (b.source?.value ?? 0));
  small = ordered[0]?.name ?? "";
  larger = ordered.find(({ source }) => (source?.value ?? 0) > 100)?.name ?? "";
});
afterAll(() => served?.close());

describe("schedules by command line", () => {
  it("end with 2 and three sentences for what is wrong, and nothing is set", async () => {
    const nightly = ["--cron", "0 3 * * *"];
    for (const [args, code] of [
      [["set", small], "invalid-usage"],
      [["set", ...nightly], "no-namespaces"],
      [["set", small, "--all", ...nightly], "no-namespaces"],
      [["set", small, "--cron", "nightly"], "invalid-cron"],
      [["set", small, "--cron", "0 25 * * *"], "invalid-cron"],
      [["set", small, "--cron", "0 3 30 2 *"], "invalid-cron"],
      [["set", small, "--cron", "* * * * * *"], "invalid-cron"],
      [["set", small, ...nightly, "--timezone", "Mars/Olympus"], "invalid-cron"],
      [["set", small, ...nightly, "--max-updates", "-1"], "invalid-option"],
      [["set", small, ...nightly, "--max-creates", "1.5"], "invalid-option"],
      [["set", small, ...nightly, "--max-cost", "-0.01"], "invalid-option"],
      [["set", small, ...nightly, "--max-cost", "free"], "invalid-option"],
      [["set", small, ...nightly, "--max-egress", "1GB"], "invalid-option"],
      [["set", small, ...nightly, "--webhook", "ftp://127.0.0.1/"], "invalid-webhook"],
      [["set", small, ...nightly, "--webhook", "https://elsewhere.example/"], "invalid-webhook"],
      [["set", "no-such-namespace", ...nightly], "unknown-namespace"],
      [["show", "schedule-nope"], "schedule-not-found"],
      [["show", "schedule-nope", "--limit", "0"], "invalid-option"],
      [["remove", "schedule-nope"], "schedule-not-found"],
      [["send-again", "delivery-nope"], "delivery-not-found"],
    ] as const) {
      expect(await codeOf("schedule", ...args), args.join(" ")).toEqual([2, code]);
    }
    const { error } = await portage("schedule", "show", "schedule-nope");
    expect(linesOf(error)).toHaveLength(3);
    expect(await codeOf("fleet", "--state", "lost")).toEqual([2, "invalid-option"]);
    expect((await asJson(listed, "schedule", "list")).schedules).toEqual([]);
    expect((await portage("schedule", "list")).out).toBe("No schedules.\n");
  });

  it("are set, set again, shown with their runs and messages, and removed", async () => {
    const asked = ["schedule", "set", small, "--cron", "0 3 1 1 *", "--timezone", "Europe/Berlin"];
    const first = await asJson(scheduleSchema, ...asked, "--webhook", `${hook}?token=hidden`);
    expect(first).toMatchObject({ namespaces: [small], timezone: "Europe/Berlin", webhook: "http://127.0.0.1:9/…" });
    const limits = [
      "--max-creates",
      "0",
      "--max-updates",
      "500",
      "--max-cost",
      "2.50",
      "--max-egress",
      "1.5",
      "--allow-problems",
    ];
    const changed = await portage(...asked, ...limits, "--webhook", "http://127.0.0.1:9/…");
    expect([changed.code, changed.out]).toEqual([0, expect.stringContaining(`${first.id} was changed`)]);
    const all = await asJson(scheduleSchema, "schedule", "set", "--all", "--cron", "0 3 2 1 *");
    const { out } = await portage("schedule", "list", "--jsonl");
    const [own, other] = linesOf(out).map((line) => scheduleSchema.parse(JSON.parse(line)));
    expect(own?.limits).toEqual({ maxCreates: 0, maxUpdates: 500, maxUsd: 2.5, maxEgress: 1.5, allowProblems: true });
    expect([own?.id, other?.id]).toEqual([first.id, all.id]);
    const table = (await portage("schedule", "list")).out;
    expect(table).toContain("up to 0 creates, 500 updates, $2.50, problems allowed");
    expect(table).not.toContain("hidden");

    const { prisma } = contextFor({ name: "test", role: "admin", by: "machine", id: "", address: "" }).database;
    const at = new Date();
    const refused = { outcome: "refused", words: "run-1 was at work on the same namespaces." };
    await prisma.scheduledRun.create({ data: { scheduleId: first.id, startedAt: at, endedAt: at, ...refused } });
    const message = {
      event: "scheduled-run.refused",
      body: "{}",
      createdAt: at,
      nextAt: at,
      lastAt: at,
      lastStatus: 503,
    };
    const state = { state: "given-up", attempts: 10, lastWords: "It was answered with status 503." };
    await prisma.delivery.create({ data: { id: "delivery-1", scheduleId: first.id, ...message, ...state } });
    const shown = await asJson(showScheduleAnswer, "schedule", "show", first.id);
    expect(shown.scheduledRuns).toMatchObject([refused]);
    expect(shown.deliveries).toMatchObject([
      { id: "delivery-1", state: "given-up", attempts: 10, nextAt: null, last: { status: 503 } },
    ]);
    const text = (await portage("schedule", "show", first.id)).out;
    for (const words of ["run-1 was at work", "delivery-1", "given up", "status 503"]) expect(text).toContain(words);

    const again = await asJson(deliverySchema, "schedule", "send-again", "delivery-1");
    expect(again).toMatchObject({ state: "waiting", attempts: 10, nextAt: expect.any(String) });
    await prisma.delivery.update({ where: { id: "delivery-1" }, data: { state: "delivered" } });
    expect(await codeOf("schedule", "send-again", "delivery-1")).toEqual([4, "delivery-delivered"]);

    const fleet = linesOf((await portage("fleet", "--jsonl")).out).map((line) =>
      fleetRowSchema.parse(JSON.parse(line)),
    );
    expect(fleet.find(({ name }) => name === small)?.schedule?.id).toBe(first.id);
    expect(fleet.find(({ name }) => name === larger)?.schedule?.id).toBe(all.id);
    for (const { id } of [first, all]) expect((await asJson(scheduleSchema, "schedule", "remove", id)).id).toBe(id);
    expect((await asJson(listed, "schedule", "list")).schedules).toEqual([]);
  });
});

describe("mirroring by command line", () => {
  it("applies without being waited for, and the fleet tells how far that has come", async () => {
    const plan = await asJson(planSchema, "mirror", "plan", small);
    const waiting = await asJson(fleetPageSchema, "fleet", "--state", "review");
    expect(waiting.rows).toMatchObject([{ name: small, standing: { planId: plan.id, create: plan.counts.create } }]);
    const { code, out, error } = await portage("apply", plan.id, "--yes", "--detach", "--json");
    const run = runSchema.parse(JSON.parse(out));
    expect([code, run.kind, run.planId, error]).toEqual([0, "mirror", plan.id, expect.stringContaining(run.id)]);
    expect(["queued", "running"]).toContain(run.state);
    expect((await asJson(runSchema, "runs", "watch", run.id)).outcome.written).toBe(plan.counts.create);
    await vi.waitFor(async () => {
      const { rows } = await asJson(fleetPageSchema, "fleet", "--search", small, "--limit", "5");
      expect(rows).toMatchObject([{ name: small, state: "in-sync", standing: { outOfSync: 0 } }]);
    });
    const table = (await portage("fleet", "--search", small)).out;
    expect(table).toMatch(new RegExp(`${small} +in sync +0 `));
  });

  it("goes on with a killed `mirror run` when that is run again", async () => {
    await served.stopServing();
    const child = served.commands.start(["mirror", "run", larger, "--yes"]);
    const gone = ended(child);
    await saying(child, "Started run-");
    child.kill("SIGKILL");
    const started = /Started (run-\S+)\./.exec((await gone).error)?.[1];
    const { code, out, error } = await portage("mirror", "run", larger, "--yes", "--json");
    const run = runSchema.parse(JSON.parse(out));
    expect([code, run.id, run.outcome.written]).toEqual([0, started, run.total]);
    expect(error).toContain(`Going on with ${started} where it was interrupted.`);
  });
});
