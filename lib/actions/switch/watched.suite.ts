import { expect, it, vi } from "vitest";
import { ServiceFailure } from "@/lib/failures";
import { askDue } from "../canary/keep-canaries";
import { runCanary } from "../canary/run-canary";
import { showParity } from "../canary/show-parity";
import { showMove } from "../move/show-move";
import { showOverview } from "../overview/show-overview";
import { saveQuestionSet, saveSetInput } from "../questions/question-sets";
import { readMetrics } from "../runs/read-metrics";
import { onRoute } from "../verbs/on-route";
import { parseInput } from "../verbs/parse-input";
import { showCleanup } from "./show-cleanup";
import { name, records, world } from "./switch-world.suite";

/** What is watched of a route after its switch: to be called once it was switched to the target. */
export function describeWatched(): void {
  it("sees by the verdict's questions that the target answers worse, tells monitors, and says why nothing may go yet", async () => {
    const { ctx } = world;
    const ask = () => runCanary(ctx, { route: name });
    expect(await ask()).toMatchObject({ state: "green", figures: { overlap: 1, fewerRows: 0, failed: { target: 0 } } });
    expect(await showParity(ctx, {})).toMatchObject({ state: "green", routes: [{ route: name }] });
    const notYet = async () => (await showCleanup(ctx, { name })).notYet.map(({ code }) => code);
    expect(await notYet()).toEqual(["switched-lately"]);
    const { prisma } = ctx.database;
    const against = [{ code: "verdict-in-part", words: "It leaves out a namespace." }];
    await prisma.switch.updateMany({ where: { generation: 1 }, data: { against } });
    expect(await notYet()).toEqual(["switched-lately", "switched-in-part"]);
    await prisma.switch.updateMany({ where: { generation: 1 }, data: { against: [] } });
    // What was asked before the switch, of another verdict or more than a day ago tells nothing of today.
    const { gateId, at } = await prisma.canary.findFirstOrThrow();
    const ago = (hours: number) => new Date(at.getTime() - hours * 3_600_000);
    const ended = (await prisma.switch.findFirstOrThrow({ where: { generation: 1 } })).endedAt;
    for (const [canary, endedAt] of [
      [{ at: ago(1) }, ended],
      [{ gateId: "gate-other" }, ended],
      [{ at: ago(25) }, ago(26)],
    ] as const) {
      await prisma.canary.updateMany({ data: canary });
      await prisma.switch.updateMany({ where: { generation: 1 }, data: { endedAt } });
      expect(await showParity(ctx, {})).toMatchObject({ state: "unknown", routes: [{ route: name }] });
      expect((await readMetrics(ctx)).parity).toMatchObject([{ state: "unknown" }]);
      expect((await showMove(ctx, { route: name })).steps.find(({ step }) => step === "watch")?.state).not.toBe("done");
      expect(await notYet()).toContain("not-watched");
      await prisma.canary.updateMany({ data: { gateId, at } });
    }
    await prisma.switch.updateMany({ where: { generation: 1 }, data: { endedAt: ended } });
    const shuffled = records.map((record, at) => ({ ...record, values: records[(at + 17) % 70]?.values ?? [] }));
    await world.target.upsert({ index: "to", namespace: "a" }, shuffled);
    expect(await ask()).toMatchObject({ state: "red", reasons: [{ code: "overlap" }] });
    await expect(showParity(ctx, {})).rejects.toMatchObject({ code: "parity-red" });
    expect((await readMetrics(ctx)).parity).toMatchObject([{ route: name, state: "red" }]);
    expect((await showOverview(ctx, {})).attention).toContainEqual(
      expect.objectContaining({ level: "error", what: expect.stringContaining(`Canary of ${name}: `) }),
    );
    expect((await showMove(ctx, { route: name })).steps.find(({ step }) => step === "watch")?.state).toBe("attention");
    expect((await showCleanup(ctx, { name })).notYet.map(({ code }) => code)).toContain("canary-red");
    await world.target.upsert({ index: "to", namespace: "a" }, records);
    expect((await ask()).state).toBe("green");
    // A target that lost records is no better for answering the rest well.
    const { target } = await onRoute(ctx, name);
    const fetch = target.fetchRecords.bind(target);
    const losing = vi.spyOn(target, "fetchRecords").mockImplementation(async (...given) => {
      const { records: found, missing, ...rest } = await fetch(...given);
      return { ...rest, records: found.slice(1), missing: [...missing, ...found.slice(0, 1).map(({ id }) => id)] };
    });
    expect(await ask()).toMatchObject({ state: "red", reasons: [{ code: "records-lost" }] });
    losing.mockRestore();
    expect((await ask()).state).toBe("green");
    // Both are of one service: whose failure it was tells the side that doesn't answer.
    const { source } = await onRoute(ctx, name);
    expect(source.service).toBe(target.service);
    for (const [side, state] of [
      [source, "unknown"],
      [target, "red"],
    ] as const) {
      const gone = new ServiceFailure({ code: "unavailable", service: side.service, operation: "x", message: "Gone" });
      const failing = (["fetchRecords", "inspect"] as const).map((verb) =>
        vi.spyOn(side, verb).mockRejectedValue(gone),
      );
      expect(await ask()).toMatchObject({ state, reasons: [{ code: "not-asked" }] });
      for (const one of failing) one.mockRestore();
    }
    expect((await ask()).state).toBe("green");
    // A set instead: its records ask; texts have no model here, which is said.
    const of = (line: (at: number) => object) =>
      records.slice(0, 20).map((_, at) => `${JSON.stringify({ namespace: "a", ...line(at) })}\n`);
    const sets = { asked: of((at) => ({ record: `r${at}` })), words: of((at) => ({ query: `text ${at}` })) };
    for (const [set, lines] of Object.entries(sets))
      await saveQuestionSet(ctx, parseInput(saveSetInput, { name: set, jsonl: lines.join("") }));
    const byRecords = await runCanary(ctx, { route: name, set: "asked" });
    expect(byRecords).toMatchObject({ state: "green", set: "asked", figures: { asked: 20, overlap: 1, lost: 0 } });
    const byTexts = await runCanary(ctx, { route: name, set: "words" });
    expect(byTexts).toMatchObject({ state: "unknown", reasons: [{ code: "nothing-asked" }] });
    expect(byTexts.words).toContain("Name the connection of its embedder");
    await expect(runCanary(ctx, { route: name, set: "words", sourceEmbedder: "nobody" })).rejects.toMatchObject({
      code: "connection-not-found",
    });
    await prisma.canary.deleteMany({ where: { set: { not: null } } });
    await expect(runCanary(ctx, { route: "default" })).rejects.toMatchObject({ code: "no-baseline" });
    // By itself: not before it is due, whoever asked last; then once, also where it can't be asked.
    const tried = new Map<string, number>();
    const due = (minutes: number) =>
      askDue(ctx, tried, new Date(Date.now() + minutes * 60_000), new AbortController().signal);
    const asked = () => prisma.canary.count();
    const before = await asked();
    await due(14);
    expect(await asked()).toBe(before);
    await due(16);
    await due(17);
    expect(await asked()).toBe(before + 1);
    await due(32);
    expect(await asked()).toBe(before + 2);
    // Texts would have to be embedded, which nobody confirmed.
    const { questions } = await prisma.gate.findUniqueOrThrow({ where: { id: gateId } });
    await ctx.database.run(
      `UPDATE "Gate" SET "questions" = (SELECT jsonb_agg(q || '{"record": null, "text": "tides"}') FROM jsonb_array_elements("questions") q) WHERE "id" = $1`,
      [gateId],
    );
    await due(48);
    expect(await asked()).toBe(before + 2);
    await prisma.gate.update({ where: { id: gateId }, data: { questions: questions ?? [] } });
  });
}
