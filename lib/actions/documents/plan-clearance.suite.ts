import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { DocumentIndex } from "@/lib/documents/contract";
import type { Subject } from "@/lib/documents/suite/workbench.suite";
import { openWorld, type World } from "@/lib/runs/testing/testing";
import { approvePlan } from "../plans/approve-plan";
import { excludeChanges } from "../plans/exclude-changes";
import { exportChanges } from "../plans/export-changes";
import { listChangeFacets, listChangeFacetsInput } from "../plans/list-change-facets";
import { listChanges, listChangesInput } from "../plans/list-changes";
import { showChange } from "../plans/show-change";
import { showPlan } from "../plans/show-plan";
import { setPace } from "../runs/set-pace";
import type { Context } from "../verbs/context";
import { planClearance, planClearanceInput } from "./plan-clearance";
import { planHands, properties } from "./plan-clearance-hands.suite";

/** What planning promises, over any server that answers as Elasticsearch does, and over any database. */
export function describeClearancePlan(name: string, start: () => Promise<Subject>): void {
  describe(name, () => {
    let subject: Subject;
    let world: World;
    let ctx: Context;

    const { prefix, must, create, put, fill, stored, ended, plan, codeOf, changes, removeAll } = planHands(
      () => subject,
      () => ctx,
    );
    beforeAll(async () => {
      subject = await start();
      const documents: DocumentIndex = subject.documents;
      world = await openWorld();
      Object.assign(world.parts, { documents });
      const { config, database, source, target, embedder, log } = world.parts;
      ctx = { config, database, source, target, embedder, documents, log, wake: async () => {}, actor: "cli:test" };
      await world.work();
    });
    afterAll(async () => {
      await removeAll();
      await world.close();
      await subject.close();
    });

    const mixed = {
      a: { namespace: "alpha", text: "one" },
      b: { namespace: "alpha", clearance_level: 1 },
      c: { namespace: "beta", clearance_level: 3 },
      d: { namespace: "beta", clearance_level: null },
      e: { text: "of no namespace" },
      f: { namespace: "beta", clearance_level: [1, 2] },
    };

    it("plans to set what has no value, and changes nothing", async () => {
      const index = await fill(mixed);
      const before = await stored(index);
      const made = await plan(index);
      expect(made).toMatchObject({
        kind: "clearance",
        state: "ready",
        namespaces: [],
        counts: { total: 6, create: 3, update: 0, unchanged: 3, problem: 0, orphan: 0 },
        clearance: { field: "clearance_level", value: 1, documents: "missing", overwrite: false, namespaces: "all" },
        estimate: { usd: { total: 0 }, requests: { "elasticsearch.bulk": 1 } },
      });
      expect(made.clearance?.summary).toMatchObject({ total: 6, set: 3, overwritten: 0, unreadable: 0 });
      const listed = await changes(made.id);
      expect(listed.map(({ id, namespace, kind }) => [namespace, id, kind])).toEqual([
        ["", "e", "create"],
        ["alpha", "a", "create"],
        ["beta", "d", "create"],
      ]);
      expect(listed[0]?.differences).toEqual([{ sign: "+", key: "clearance_level", source: 1 }]);
      expect(await stored(index)).toBe(before);
    });

    it("keeps other values unless they are to be overwritten, and names them either way", async () => {
      const index = await fill(mixed);
      const kept = await plan(index, { documents: "every" });
      expect(kept.counts).toEqual({ total: 6, create: 3, update: 0, unchanged: 2, orphan: 0, problem: 1 });
      expect(kept.clearance?.summary).toMatchObject({
        ...{ set: 3, right: 1, overwritten: 0, kept: 1, unreadable: 1 },
        otherValues: [{ value: 3, count: 1 }],
      });
      const overwriting = await plan(index, { documents: "every", overwrite: true });
      expect(overwriting.counts).toEqual({ total: 6, create: 3, update: 1, unchanged: 1, orphan: 0, problem: 1 });
      expect(overwriting.hash).not.toBe(kept.hash);
      const listed = await changes(overwriting.id);
      expect(listed.find(({ kind }) => kind === "update")).toMatchObject({
        ...{ id: "c", namespace: "beta" },
        differences: [{ sign: "~", key: "clearance_level", source: 1, target: 3 }],
      });
      expect(listed.find(({ kind }) => kind === "problem")).toMatchObject({ id: "f", reason: "unreadable" });
    });

    it("lists, counts, exports and takes out just the documents that hold one level", async () => {
      const levels = { a: 3, b: 7, c: 3, d: "3", e: 1, f: null };
      const index = await fill(
        Object.fromEntries(Object.entries(levels).map(([id, level]) => [id, { clearance_level: level }])),
      );
      const { id } = await plan(index, { documents: "every", overwrite: true });
      const listed = await listChanges(ctx, listChangesInput.parse({ id, present: "3" }));
      expect(listed.changes.map((change) => change.id)).toEqual(["a", "c", "d"]);
      expect(listed.matching).toBe(3);
      const facets = await listChangeFacets(ctx, listChangeFacetsInput.parse({ id, present: "7" }));
      expect(facets.present).toEqual([
        { value: "3", count: 3 },
        { value: "7", count: 1 },
      ]);
      let exported = "";
      for await (const chunk of await exportChanges(ctx, { id, format: "jsonl", present: "7" })) exported += chunk;
      expect(exported.match(/"id":"."/g)).toEqual(['"id":"b"']);
      const { plan: without } = await excludeChanges(ctx, { id, include: false, present: "3" });
      expect(without.excluded).toEqual({ create: 0, update: 3 });
    });

    it("plans for the named namespaces alone", async () => {
      const index = await fill(mixed);
      const made = await plan(index, { all: undefined, namespaces: ["beta"] });
      expect(made.namespaces).toEqual(["beta"]);
      expect((await changes(made.id)).map(({ id }) => id)).toEqual(["d"]);
    });

    it("tells documents without a namespace from those whose namespace is empty", async () => {
      const index = await fill({ ...mixed, empty: { namespace: "" }, nothing: { namespace: null } });
      const idsIn = async (...namespaces: string[]) =>
        (await changes((await plan(index, { all: undefined, namespaces })).id)).map(({ id }) => id).sort();
      expect(await idsIn("__none__")).toEqual(["e", "nothing"]);
      expect(await idsIn("__default__")).toEqual(["empty"]);
      expect(await idsIn("__none__", "beta")).toEqual(["d", "e", "nothing"]);
    });

    it("has the same hash for the same changes, whatever else happened to the documents", async () => {
      const index = await fill(mixed);
      const first = await plan(index);
      await put(index, "a", { namespace: "alpha", text: "written again" });
      const second = await plan(index);
      expect(second.hash).toBe(first.hash);
      // The same changes by another rule: what moved since the review is decided by it.
      expect((await plan(index, { documents: "every" })).hash).not.toBe(first.hash);
      const other = await plan(index, { level: 2 });
      expect(other.hash).not.toBe(first.hash);
    });

    it("approves what is left after exclusions, and exports it", async () => {
      const index = await fill(mixed);
      const made = await plan(index, { documents: "every", overwrite: true });
      await excludeChanges(ctx, { id: made.id, include: false, records: ["c", "a"] });
      const approved = await approvePlan(ctx, { id: made.id, hash: made.hash });
      expect(approved).toMatchObject({ state: "approved", excluded: { create: 1, update: 1 } });
      expect(approved.left?.both.bytes.written).toBeLessThan(made.estimate.bytes.written);
      expect(approved.left?.updates.requests).toEqual({});
      await put(index, "c", { namespace: "beta", clearance_level: 1 });
      await put(index, "a", { namespace: "alpha", clearance_level: 1 });
      const without = await plan(index, { documents: "every", overwrite: true });
      expect(approved.approved?.hash).toBe(without.hash);
      const lines: string[] = [];
      for await (const chunk of await exportChanges(ctx, { id: made.id, format: "csv" })) lines.push(chunk);
      expect(lines.join("")).toContain("clearance_level");
    });

    it("shows a document as it is now, as it would be, and what happened to it since", async () => {
      const index = await fill(mixed);
      const made = await plan(index);
      const ask = (namespace: string, record: string) => showChange(ctx, { id: made.id, namespace, record });
      expect(await ask("alpha", "a")).toMatchObject({
        source: null,
        target: { namespace: "alpha", text: "one" },
        written: { namespace: "alpha", text: "one", clearance_level: 1 },
        drift: null,
      });
      await put(index, "a", { namespace: "alpha", clearance_level: 7 });
      expect((await ask("alpha", "a")).drift).toContain("another value");
      await must("DELETE", `/${index}/_doc/d?refresh=true`);
      expect(await ask("beta", "d")).toMatchObject({ target: null, drift: "It was deleted after the plan was made." });
    });

    it("tells documents of two indexes apart that share an ID, by their alias", async () => {
      const one = await fill({ a: { namespace: "alpha" }, b: { namespace: "alpha" } });
      const two = await fill({ a: { namespace: "alpha" }, c: { namespace: "alpha", clearance_level: 1 } });
      const alias = `${prefix}-both`;
      const actions = [one, two].map((index) => ({ add: { index, alias } }));
      await must("POST", "/_aliases", { actions });
      const made = await plan(alias);
      expect(made.clearance?.indices).toEqual([one, two].sort());
      expect((await changes(made.id)).map(({ id }) => id)).toEqual(["a", "a", "b"]);
      const exclude = (index?: string) =>
        excludeChanges(ctx, { id: made.id, include: false, records: ["a"], ...(index === undefined ? {} : { index }) });
      expect(await codeOf(exclude())).toBe("ambiguous-record");
      await exclude(two);
      expect((await showPlan(ctx, { id: made.id })).excluded.create).toBe(1);
      const shown = async (index: string) =>
        (await showChange(ctx, { id: made.id, namespace: "alpha", record: "a", index })).change;
      expect(await shown(one)).toMatchObject({ index: one, excluded: false });
      expect(await shown(two)).toMatchObject({ index: two, excluded: true });
      const approved = await approvePlan(ctx, { id: made.id });
      expect(approved.approved?.hash).not.toBe(made.hash);
    });

    it("refuses to approve a plan whose index was recreated", async () => {
      const index = await fill({ a: { namespace: "alpha" } });
      const made = await plan(index);
      await must("DELETE", `/${index}`);
      await must("PUT", `/${index}`, { mappings: { properties }, settings: { number_of_replicas: 0 } });
      expect(await codeOf(approvePlan(ctx, { id: made.id }))).toBe("plan-stale");
    });

    it("refuses before planning what could never be written, with what to do", async () => {
      const strict = await fill(
        { a: { namespace: "alpha" } },
        { dynamic: "strict", properties: { namespace: { type: "keyword" } } },
      );
      expect(await codeOf(plan(strict))).toBe("strict-mapping");
      expect(await codeOf(plan(`${prefix}-none`))).toBe("unknown-index");
      const index = await fill({ a: { namespace: "alpha" } });
      expect(await codeOf(plan(index, { all: undefined, namespaces: ["alpa"] }))).toBe("unknown-namespace");
      expect(await codeOf(plan(index, { value: "high" }))).toBe("invalid-value");
      expect(await codeOf(plan(index, { overwrite: true }))).toBe("overwrite-needs-every");
      await must("PUT", `/${index}/_settings`, { index: { "blocks.write": true } });
      expect(await codeOf(plan(index))).toBe("write-blocked");
    });

    it("offers the mapping where it is absent, and plans all the same", async () => {
      const index = await fill({ a: { namespace: "alpha" } }, { properties: { namespace: { type: "keyword" } } });
      const begun = await planClearance(ctx, planClearanceInput.parse({ all: true, index }));
      expect(begun.preconditions.find(({ offer }) => offer !== null)?.code).toBe("field-not-mapped");
      await ended(begun.run.id);
      expect((await showPlan(ctx, { id: begun.plan.id })).counts.create).toBe(1);
    });

    it("plans nothing for an index without documents", async () => {
      expect((await plan(await create())).counts.total).toBe(0);
    });

    it("takes a speed limit for runs over documents alone", async () => {
      const index = await fill({ a: { namespace: "alpha" } });
      const made = await plan(index);
      expect(await codeOf(setPace(ctx, { id: made.runId ?? "", perSecond: 10 }))).toBe("no-pace");
    });
  });
}
