import { afterEach, describe, expect, it } from "vitest";
import { ServiceFailure } from "@/lib/failures";
import { differenceOf, differenceSentence } from "@/lib/shapes/namespaces/difference";
import { type NamespaceRow, namespacePageSchema } from "@/lib/shapes/namespaces/namespaces";
import { atMost } from "@/scripts/test/limits.mjs";
import { listFleet, listFleetInput } from "../fleet/list-fleet";
import { showOverview } from "../overview/show-overview";
import type { Context } from "../verbs/context";
import { parseInput } from "../verbs/parse-input";
import { openTestContext, putRun, someRecords, sourceIndex, type TestSides, targetIndex } from "../verbs/testing";
import { browseNamespaces, browseNamespacesInput } from "./browse-namespaces";
import { forgetRefreshes } from "./inventory";
import { listNamespaces, listNamespacesInput } from "./list-namespaces";
import { refreshNamespaces } from "./refresh-namespaces";

let close = async () => {};
const open = async (sides: TestSides) => {
  const opened = await openTestContext(sides);
  close = opened.close;
  return opened;
};
afterEach(() => close());
const names = (page: { rows: { name: string }[] }) => page.rows.map((row) => row.name);

describe("browsing namespaces", () => {
  it("shows both sides from the first question on, without a request per namespace", async () => {
    const { ctx, source, target } = await open({
      source: { a: 5, b: 3, "": 2 },
      target: { a: 5, b: 1, z: 4 },
    });
    const page = await browseNamespaces(ctx, browseNamespacesInput.parse({}));
    expect(namespacePageSchema.parse(page)).toEqual(page);
    expect(page.rows).toEqual([
      { name: "", source: { value: 2, exact: true }, target: null, comparison: null },
      { name: "a", source: { value: 5, exact: true }, target: { value: 5, exact: true }, comparison: null },
      { name: "b", source: { value: 3, exact: true }, target: { value: 1, exact: true }, comparison: null },
      { name: "z", source: null, target: { value: 4, exact: true }, comparison: null },
    ]);
    expect(page.totals).toEqual({ source: 10, target: 10, namespaces: 4, left: 2, differing: 2, inSync: 0 });
    await browseNamespaces(ctx, browseNamespacesInput.parse({ search: "a" }));
    expect(source.calls).toMatchObject({ namespaces: 1, count: 0, listIds: 0 });
    expect(target.calls).toMatchObject({ namespaces: 1, count: 0, listIds: 0 });
  });

  it("searches, filters, sorts and pages", async () => {
    const { ctx } = await open({
      source: { Alpha: 5, beta: 9, gamma: 1, "": 1 },
      target: { Alpha: 5, gamma: 3, extra: 2 },
    });
    const browse = (input: object) => browseNamespaces(ctx, browseNamespacesInput.parse(input));
    expect(names(await browse({ search: "ALP" }))).toEqual(["Alpha"]);
    expect(names(await browse({ search: "__default" }))).toEqual([""]);
    expect(names(await browse({ only: "left" }))).toEqual(["", "beta"]);
    expect(names(await browse({ only: "in-sync" }))).toEqual([]);
    expect(names(await browse({ only: "not-compared" }))).toEqual(["", "Alpha", "beta", "extra", "gamma"]);
    expect(names(await browse({ only: "orphans" }))).toEqual(["extra"]);
    expect(names(await browse({ sort: "difference", direction: "descending", limit: 2 }))).toEqual(["beta", ""]);
    expect(names(await browse({ sort: "target", offset: 3, limit: 2 }))).toEqual(["gamma", "Alpha"]);
    expect(await browse({ search: "a", only: "left", offset: 50 })).toMatchObject({ rows: [], matching: 2 });
  });

  it("says what the last comparison knows, by counts only what was never compared, and finds both by one word", async () => {
    const { ctx } = await open({
      source: { edited: 5, same: 5, grown: 9, fewer: 5, equal: 5, read: 4 },
      target: { edited: 5, same: 5, grown: 2, fewer: 1, equal: 5, read: 4 },
    });
    const compared = (
      namespace: string,
      of: { updates?: number; unchanged?: number; orphans?: number; compared?: boolean } = {},
    ) =>
      ctx.database.prisma.standing.create({
        data: {
          source: sourceIndex,
          target: targetIndex,
          namespace,
          analysedAt: new Date(Date.now() - 3_600_000),
          ...{ creates: 0, updates: 0, unchanged: 2, orphans: 0, problems: 0, ...of },
        },
      });
    await compared("edited", { updates: 3 });
    await compared("same", { unchanged: 5 });
    await compared("grown");
    await compared("read", { unchanged: 4, compared: false });
    const browse = (input: object) => browseNamespaces(ctx, browseNamespacesInput.parse(input));
    const { rows, totals } = await browse({ sort: "difference", direction: "descending" });
    expect(rows.map((row) => [row.name, differenceOf(row).word, differenceSentence(row)])).toEqual([
      ["grown", "changed-since", "Changed since the last comparison: 7 fewer in the target by counts"],
      ["fewer", "counts-differ", "Not compared; 4 fewer in the target by counts"],
      ["edited", "out-of-sync", "3 records differ or are missing"],
      ["equal", "counts-equal", "Not compared; counts equal"],
      ["read", "unchecked", "None missing; edits not compared"],
      ["same", "in-sync", "No differences"],
    ]);
    expect(totals).toMatchObject({ left: 2, differing: 3, inSync: 1 });
    expect(names(await browse({ only: "differing" }))).toEqual(["edited", "fewer", "grown"]);
    expect(names(await browse({ only: "left" }))).toEqual(["fewer", "grown"]);
    expect(names(await browse({ only: "in-sync" }))).toEqual(["same"]);
    expect(names(await browse({ only: "not-compared" }))).toEqual(["equal", "fewer", "read"]);
    const { progress, left } = await showOverview(ctx, {});
    expect(progress).toMatchObject({ namespacesInSync: 1, namespacesNotCompared: 3, namespacesLeft: 3 });
    expect(progress.known).toEqual({ create: 7 + 4, update: 3, problem: 0, inSync: 5 + 2, uncompared: 2 + 1 + 5 + 4 });
    expect(left.map(({ name }) => name)).toEqual(["grown", "fewer", "edited"]);
    const listed = await listNamespaces(ctx, listNamespacesInput.parse({}));
    const words = (of: readonly NamespaceRow[]) =>
      Object.fromEntries(of.map((row) => [row.name, differenceOf(row).word]));
    expect(words(listed.namespaces)).toEqual(words(rows));
    const fleet = await listFleet(ctx, parseInput(listFleetInput, { sort: "name" }));
    expect(fleet.rows.map(({ name, state }) => [name, state])).toEqual([
      ["edited", "out-of-sync"],
      ["equal", "never"],
      ["fewer", "never"],
      ["grown", "out-of-sync"],
      ["read", "unchecked"],
      ["same", "in-sync"],
    ]);
    expect(fleet.totals).toMatchObject({ unchanged: 13, uncompared: 6 });
  });

  it("says in sync only as long as no count proves that records came since, and counts what is only in the target once", async () => {
    const { ctx } = await open({ source: { both: 6, stays: 5 }, target: { both: 9, stays: 7 } });
    for (const [namespace, orphans] of [
      ["both", 1],
      ["stays", 2],
    ] as const)
      await ctx.database.prisma.standing.create({
        data: {
          ...{ source: sourceIndex, target: targetIndex, namespace, analysedAt: new Date(Date.now() - 3_600_000) },
          ...{ creates: 0, updates: 0, unchanged: 5, orphans, problems: 0 },
        },
      });
    const browse = (input: object) => browseNamespaces(ctx, browseNamespacesInput.parse(input));
    const { rows } = await browse({ sort: "name" });
    expect(rows.map((row) => [row.name, differenceOf(row).word, differenceSentence(row)])).toEqual([
      ["both", "changed-since", "Changed since the last comparison: 3 more in the target by counts"],
      ["stays", "in-sync", "No differences"],
    ]);
    expect(names(await browse({ only: "differing" }))).toEqual(["both"]);
    expect(names(await browse({ only: "in-sync" }))).toEqual(["stays"]);
    const { progress } = await showOverview(ctx, {});
    expect(progress).toMatchObject({ namespacesInSync: 1, namespacesLeft: 1, onlyInTarget: 3 + 2 });
    expect(progress.known).toMatchObject({ inSync: 5, uncompared: 6 });
  });

  it("counts again after a run that wrote, and before it says that there is no such namespace", async () => {
    const { ctx, source, target } = await open({ source: { a: 3 }, target: {} });
    const browse = (input: object) => browseNamespaces(ctx, browseNamespacesInput.parse(input));
    const age = (seconds: number) => {
      forgetRefreshes(ctx);
      return ctx.database.run(`UPDATE "Inventory" SET "at" = now() - $1 * interval '1 second'`, [seconds]);
    };
    await browse({});
    await target.upsert({ index: targetIndex, namespace: "a" }, someRecords("a", 2));
    await age(20);
    await putRun(ctx, "estimate", { kind: "plan", state: "succeeded", endedAt: new Date() }, [{ namespace: "a" }]);
    expect((await browse({})).rows[0]?.target).toBeNull();
    await putRun(ctx, "wrote", { state: "succeeded", endedAt: new Date() }, [{ namespace: "a", written: 2 }]);
    expect((await browse({})).rows[0]?.target?.value).toBe(2);
    await source.upsert({ index: sourceIndex, namespace: "made" }, someRecords("made", 1));
    await age(20);
    expect(names(await browse({ search: "made" }))).toEqual(["made"]);
    await source.upsert({ index: sourceIndex, namespace: "later" }, someRecords("later", 1));
    await age(20);
    const fleet = await listFleet(ctx, parseInput(listFleetInput, { name: "later" }));
    expect(fleet.rows.map(({ name }) => name)).toEqual(["later"]);
  });

  it("orders names by their bytes", async () => {
    const { ctx } = await open({ source: { b: 1, B: 1, _: 1, "10": 1, "9": 1, ä: 1 } });
    expect(names(await browseNamespaces(ctx, browseNamespacesInput.parse({})))).toEqual([
      "10",
      "9",
      "B",
      "_",
      "b",
      "ä",
    ]);
  });

  it("forgets namespaces and counts that are gone at the next refresh", async () => {
    const { ctx, source } = await open({ source: { a: 1, b: 2 } });
    await refreshNamespaces(ctx, {});
    source.remove({ index: "old-index", namespace: "a" }, "a-0");
    source.remove({ index: "old-index", namespace: "b" }, "b-0");
    await refreshNamespaces(ctx, {});
    const page = await browseNamespaces(ctx, browseNamespacesInput.parse({}));
    expect(page.rows).toEqual([{ name: "b", source: { value: 1, exact: true }, target: null, comparison: null }]);
  });

  it("keeps the counts that it has when a refresh breaks off half-way", async () => {
    const { ctx, source } = await open({ source: { a: 1, b: 2 } });
    await refreshNamespaces(ctx, {});
    const breaking: Context = {
      ...ctx,
      source: {
        ...source,
        async *namespaces() {
          yield { namespaces: [{ name: "a", count: { value: 9, exact: true } }], next: "more" };
          throw new ServiceFailure({ code: "auth", service: "Memory", operation: "namespaces", message: "HTTP 403" });
        },
      },
    };
    await expect(refreshNamespaces(breaking, {})).rejects.toMatchObject({ code: "wrong-key" });
    const page = await browseNamespaces(ctx, browseNamespacesInput.parse({}));
    expect(page.rows.map(({ name, source: count }) => [name, count?.value])).toEqual([
      ["a", 1],
      ["b", 2],
    ]);
  });

  it("answers from old counts at once and refreshes them behind, one refresh for all who ask", async () => {
    const { ctx, source } = await open({ source: { a: 1 } });
    await refreshNamespaces(ctx, {});
    source.put({ index: "old-index", namespace: "b" }, [{ id: "1", values: [1, 0], metadata: {} }]);
    await ctx.database.run(`UPDATE "Inventory" SET "at" = now() - interval '31 seconds'`);
    const later = { ...ctx, database: { ...ctx.database } };
    const pages = await Promise.all([1, 2, 3].map(() => browseNamespaces(later, browseNamespacesInput.parse({}))));
    expect(pages.map(names)).toEqual([["a"], ["a"], ["a"]]);
    await refreshNamespaces(later, {});
    expect(names(await browseNamespaces(later, browseNamespacesInput.parse({})))).toEqual(["a", "b"]);
    expect(source.calls.namespaces).toBe(2);
  });

  it("takes in a hundred thousand namespaces in a few seconds", async () => {
    const counts = Object.fromEntries(Array.from({ length: 100_000 }, (_, place) => [`customer-${place}`, 1]));
    const { ctx } = await open({ source: counts });
    const started = performance.now();
    await refreshNamespaces(ctx, {});
    const page = await browseNamespaces(ctx, browseNamespacesInput.parse({ search: "99999", sort: "source" }));
    expect(page).toMatchObject({ matching: 1, totals: { namespaces: 100_000, left: 100_000 } });
    expect(performance.now() - started).toBeLessThan(atMost(15));
  });
});
