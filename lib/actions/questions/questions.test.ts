import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openedSecrets } from "@/lib/secret";
import { setLimits } from "@/lib/shapes/cut-over/questions";
import { searchInput, searchRoute } from "../search/search-route";
import { parseInput } from "../verbs/parse-input";
import { openTestContext } from "../verbs/testing";
import { listAsked, listAskedInput, searchFigures, searchFiguresInput } from "./asked-questions";
import { lineOf, readQuestionLines } from "./question-lines";
import { readSet } from "./question-rows";
import { listQuestionSets, removeQuestionSet, saveQuestionSet, saveSetInput, setLines } from "./question-sets";

let opened: Awaited<ReturnType<typeof openTestContext>>;
beforeEach(async () => {
  opened = await openTestContext({ source: { a: 5 }, target: { a: 5 } });
});
afterEach(() => opened.close());

const ask = (input: object) => searchRoute(opened.ctx, parseInput(searchInput, { namespace: "a", ...input }));
const asked = () => listAsked(opened.ctx, parseInput(listAskedInput, {}));
const save = (input: object) => saveQuestionSet(opened.ctx, parseInput(saveSetInput, input));

describe("what was asked", () => {
  it("is kept with its figures and without secrets, told over time, and makes a set", async () => {
    openedSecrets().add("sk-very-secret-key");
    const filter = { $or: [{ page: { $gte: 2 } }, { text: "x" }] };
    await ask({ record: "a-1", k: 3, filter });
    await ask({ text: "why is sk-very-secret-key refused?" });
    await ask({ vector: [1, 0] });
    const { asked: all } = await asked();
    expect(all.map(({ by }) => by)).toEqual(["vector", "text", "record"]);
    expect(all[1]?.question).toBe("why is [secret] refused?");
    expect(all[2]).toMatchObject({
      ...{ question: "a-1", namespace: "a", k: 3, askedBy: "cli:test" },
      ...{ source: { state: "answered", ms: expect.any(Number) }, target: { state: "answered" } },
    });
    const figures = await searchFigures(opened.ctx, parseInput(searchFiguresInput, { days: 2 }));
    expect(figures).toMatchObject({
      every: "hour",
      points: [{ from: "searches", n: 3, source: { p50: expect.any(Number) } }],
    });
    // A day's point tells when its searches were asked, too: not that the day began.
    const [day] = (await searchFigures(opened.ctx, parseInput(searchFiguresInput, {}))).points;
    expect(day).toMatchObject({ at: expect.stringMatching(/T00:00:00/), first: all[2]?.at, last: all[0]?.at });
    // A gate of that day stands before what was asked after it.
    const endedAt = new Date(Date.parse(all[2]?.at ?? "") - 1);
    const result = { asked: 5, source: { latency: { p50: 1, p95: 2 } }, target: { latency: { p50: 1, p95: 2 } } };
    const gate = {
      id: "gate-a",
      routeName: "default",
      routeRevision: 1,
      ends: {},
      words: "",
      settings: {},
      startedBy: "her",
    };
    await opened.ctx.database.prisma.gate.create({ data: { ...gate, result, endedAt } });
    const { points } = await searchFigures(opened.ctx, parseInput(searchFiguresInput, {}));
    expect(points.map(({ from, last }) => [from, last])).toEqual([
      ["gate", endedAt.toISOString()],
      ["searches", all[0]?.at],
    ]);
    const { set, withoutVector } = await save({ name: "asked", asked: all.map(({ id }) => id) });
    expect([set.count, withoutVector]).toEqual([2, 1]);
    // The filter is asked again as it was: read, kept and written it says the same.
    expect((await readSet(opened.ctx, "asked")).questions[0]).toMatchObject({ record: "a-1", namespace: "a" });
    const [line = ""] = await lines("asked");
    await ask({ record: "a-1", filter: JSON.parse(line).filter });
    expect((await asked()).asked[0]?.filter).toEqual(all[2]?.filter);
  });
});

const lines = async (name: string) => {
  const found: string[] = [];
  for await (const line of setLines(opened.ctx, name)) found.push(line);
  return found;
};

describe("sets", () => {
  it("are imported and exported as the same lines, and count what can't be read", async () => {
    const given = [
      { query: "how do I reset", namespace: "a", expected: ["a-1"], filter: { page: { $gte: 2 } } },
      { vector: [1, 0.5], namespace: "a" },
      { record: "a-2", namespace: "" },
    ];
    const broken = [
      "{",
      "7",
      "null",
      '{"query": ""}',
      '{"query": "a", "vector": [1]}',
      '{"query": "a", "filter": {"$not": 1}}',
    ];
    const jsonl = [...given.map((one) => JSON.stringify(one)), "", ...broken].join("\n");
    expect(await save({ name: "support", jsonl })).toMatchObject({
      set: { name: "support", count: 3, expecting: 1 },
      brokenLines: 6,
    });
    const out = await lines("support");
    expect(out.map((line) => JSON.parse(line))).toEqual(given);
    expect(readQuestionLines(out.join("")).questions.map((one) => JSON.parse(lineOf(one)))).toEqual(given);
    // As the facade's log has it, with what else it notes.
    const log = JSON.stringify({ query: "a", k: 3, namespace: "a", filter: null, source: { ids: [] } });
    expect(readQuestionLines(log)).toEqual({ questions: [{ text: "a", namespace: "a" }], brokenLines: 0 });
  });

  it("aren't written over unasked, are bounded, and go when they are removed", async () => {
    const jsonl = '{"query": "one"}';
    await save({ name: "one", jsonl });
    await expect(save({ name: "one", jsonl })).rejects.toMatchObject({ code: "set-exists" });
    expect(await save({ name: "one", jsonl: `${jsonl}\n{"query": "two"}`, replace: true })).toMatchObject({
      set: { count: 2 },
    });
    await expect(save({ name: "none", jsonl: "{" })).rejects.toMatchObject({ code: "no-questions" });
    const many = `${jsonl}\n`.repeat(setLimits.questions + 1);
    await expect(save({ name: "many", jsonl: many })).rejects.toMatchObject({ code: "set-too-large" });
    await expect(async () =>
      save({ name: "long", jsonl: `{"query": "${"x".repeat(setLimits.bytes)}"}` }),
    ).rejects.toThrow(/more than 3,000,000 characters: take fewer lines/);
    for (const name of ["documents", "known-items", "file", "No", "../x"])
      await expect(async () => save({ name, jsonl })).rejects.toMatchObject({ code: "invalid-input" });
    expect((await listQuestionSets(opened.ctx, {})).sets.map(({ name }) => name)).toEqual(["one"]);
    await removeQuestionSet(opened.ctx, { name: "one" });
    await expect(readSet(opened.ctx, "one")).rejects.toMatchObject({ code: "question-set-not-found" });
  });
});
