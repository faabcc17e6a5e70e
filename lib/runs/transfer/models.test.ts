import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import { isOperatorError } from "@/lib/operator-error";
import { resume } from "../lifecycle/control-run";
import { createMirrorRetry } from "../plans/retry-mirror";
import { openWorld, record, records, type World } from "../testing/testing";
import { ended, first, type Model, marks, modelHands, place, second, texts } from "./models-hands.suite";

let world: World;
afterEach(() => world.close());

const { use, settings, reembed, mirror, modelsIn, held, filled } = modelHands(() => world);

async function withFirst(count: number): Promise<void> {
  world = await openWorld();
  await filled(count);
}

describe("never two models in one namespace", () => {
  test("a run that would add vectors of another model is refused with the counts of each, and adds none", async () => {
    await withFirst(12);
    expect(await held()).toEqual([[first, 12]]);
    world.source.put({ index: "old", namespace: "n" }, records(5, "new"));
    use(second);
    const before = { ...texts };
    await world.work();
    const refused = await world.until(await reembed(), ended);
    expect(refused).toMatchObject({
      state: "failed",
      error: {
        code: "mixed-models",
        what: `new/n holds 12 vectors of ${first} (16); this run would add vectors of ${second} (16).`,
      },
    });
    // What is planned is counted.
    const applied = await world.until((await mirror()) ?? "", ended);
    expect(applied.error?.what).toBe(
      `new/n holds 12 vectors of ${first} (16); this run would add 5 of ${second} (16).`,
    );
    expect(texts).toEqual(before);
    expect(world.target.contents(place())).toHaveLength(12);

    await world.rest();
    use(first);
    await world.work();
    expect(await world.until((await mirror()) ?? "", ended)).toMatchObject({ state: "succeeded", written: 5 });
    expect(await held()).toEqual([[first, 17]]);
  });

  test("metadata alone may be brought over: no vector is made", async () => {
    await withFirst(6);
    world.source.put({ index: "old", namespace: "n" }, [record("doc-00001", { text: "Text of doc-00001", page: 2 })]);
    use(second);
    await world.work();
    expect(await world.until((await mirror()) ?? "", ended)).toMatchObject({
      state: "succeeded",
      written: 1,
      texts: 0,
    });
    expect(modelsIn()).toEqual(new Set([marks[first]]));
  });

  test("where every record is embedded again, the namespace changes its model", async () => {
    await withFirst(6);
    const edited = records(6).map((one) => ({ ...one, metadata: { ...one.metadata, page: 2 } }));
    world.source.put({ index: "old", namespace: "n" }, edited);
    use(second, { UPDATE_POLICY: "always" });
    await world.work();
    expect(await world.until((await mirror()) ?? "", ended)).toMatchObject({
      error: null,
      state: "succeeded",
      written: 6,
      texts: 6,
    });
    expect(modelsIn()).toEqual(new Set([marks[second]]));
    expect(await held()).toEqual([[second, 6]]);
    // One that isn't in the plan would stay as it is: an orphan.
    world.target.put(place(), [
      { ...record("alone"), values: [marks[second], ...Array.from({ length: 15 }, () => 1)] },
    ]);
    world.source.put({ index: "old", namespace: "n" }, records(6));
    await world.rest();
    use(first, { UPDATE_POLICY: "always" });
    await world.work();
    expect(await world.until((await mirror()) ?? "", ended)).toMatchObject({ error: { code: "mixed-models" } });
    expect(modelsIn()).toEqual(new Set([marks[second]]));
  });

  test("what was written long ago and is gone since, stands in nobody's way", async () => {
    await withFirst(4);
    for (const { id } of records(4)) world.target.remove(place(), id);
    use(second);
    await world.work();
    expect(await world.until(await reembed(), ended)).toMatchObject({ error: { code: "mixed-models" } });
    await world.database.run(`UPDATE "VectorSpace" SET "lastAt" = "lastAt" - interval '11 minutes'`);
    const again = await reembed();
    expect(await world.until(again, ["succeeded"])).toMatchObject({ written: 4 });
    expect(await held()).toEqual([[second, 4]]);
  });

  test("what an embedding of the whole namespace left out is embedded by its retry, and nothing is left of the old model", async () => {
    await withFirst(6);
    world.target.put(place(), [
      { ...record("known-to-nobody"), values: [marks[first], ...Array.from({ length: 15 }, () => 1)] },
    ]);
    world.source.put({ index: "old", namespace: "n" }, [
      ...records(6).map((one) => ({ ...one, metadata: { ...one.metadata, page: 2 } })),
      record("known-to-nobody", { text: "Changed" }),
    ]);
    use(second, { UPDATE_POLICY: "always" });
    const { embed } = world.parts.embedder;
    const refused = "Text of doc-00003";
    world.parts.embedder.embed = async (asked, options) =>
      (await embed(asked, options)).map((one, position) =>
        asked[position] === refused ? { ok: false, reason: "rejected-by-embedder", detail: "Not this one." } : one,
      );
    await world.work();
    const applied = (await mirror()) ?? "";
    expect(await world.until(applied, ended)).toMatchObject({ written: 6, failed: 1 });
    expect(await held()).toEqual([
      [second, 6],
      [first, 1],
    ]);
    world.parts.embedder.embed = embed;
    const { planId } = await world.until(applied, ended);
    const choice = { runId: applied, kinds: ["failed" as const], reasons: null, planId: planId ?? "" };
    const retry = await createMirrorRetry(world.database, choice, { settings: settings(), startedBy: "test" });
    expect(await world.until(retry ?? "", ended)).toMatchObject({ error: null, written: 1 });
    expect(modelsIn()).toEqual(new Set([marks[second]]));
    expect(await held()).toEqual([[second, 7]]);
    world.source.put({ index: "old", namespace: "n" }, records(2, "new"));
    expect(await world.until((await mirror()) ?? "", ended)).toMatchObject({ state: "succeeded", written: 2 });
    expect(await held()).toEqual([[second, 9]]);
  });

  test("vectors that aren't known are known once they are embedded again", async () => {
    world = await openWorld();
    use(first);
    const stood = records(4).map((one) => ({ ...one, values: Array.from({ length: 16 }, () => 1) }));
    world.target.put(place(), stood);
    world.source.put({ index: "old", namespace: "n" }, [
      ...records(3).map(({ id }) => record(id, { text: `Edited ${id}` })),
      record("doc-00003"),
      record("new"),
    ]);
    await world.work();
    expect(await world.until((await mirror()) ?? "", ended)).toMatchObject({ written: 4, texts: 4 });
    expect(await held()).toEqual([[first, 4]]);
    const [plan] = await world.database.prisma.plan.findMany({ where: { kind: "mirror" } });
    expect(plan?.warnings).toEqual([
      {
        code: "models-unknown",
        words: expect.stringContaining("new/n holds 4 vectors of a model that isn't known: Portage didn't write them."),
      },
    ]);
    // The same again: no more vectors than before.
    world.source.put(
      { index: "old", namespace: "n" },
      records(3).map(({ id }) => record(id, { text: `Edited again ${id}` })),
    );
    expect(await world.until((await mirror()) ?? "", ended)).toMatchObject({ written: 3, texts: 3 });
    expect(await held()).toEqual([[first, 4]]);
  });

  const step = fc.oneof(
    fc.record({ kind: fc.constant("use" as const), model: fc.constantFrom<Model>(first, second) }),
    fc.record({ kind: fc.constant("add" as const), count: fc.integer({ min: 1, max: 6 }) }),
    fc.record({ kind: fc.constant("edit" as const), count: fc.integer({ min: 1, max: 3 }) }),
    fc.record({ kind: fc.constant("reembed" as const), stopAfter: fc.option(fc.integer({ min: 1, max: 6 })) }),
    fc.record({ kind: fc.constantFrom("mirror" as const, "resume" as const) }),
  );

  type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

  test("whatever is started, stopped, resumed and set in between", async () => {
    world = await openWorld();
    let round = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 12 }), async (steps) => {
        const namespace = `n${round++}`;
        const source = { index: "old", namespace };
        world.source.put(source, records(6));
        use(first);
        await world.work();
        for (const one of steps) {
          try {
            await take(one, namespace, source);
          } catch (error) {
            if (!isOperatorError(error)) throw error;
          }
          expect(modelsIn(namespace).size).toBeLessThanOrEqual(1);
        }
        await world.rest();
        await world.database.run(`UPDATE "Run" SET "state" = 'cancelled' WHERE "state" NOT LIKE 'succeeded%'`);
      }),
      { numRuns: 5, endOnFailure: true },
    );
  }, 600_000);

  async function take(one: Step, namespace: string, source: { index: string; namespace: string }) {
    if (one.kind === "use") {
      await world.rest();
      use(one.model);
      await world.work();
      return;
    }
    if (world.engine === null) await world.work();
    if (one.kind === "add") {
      world.source.put(source, records(one.count, `more-${Math.random()}`));
    } else if (one.kind === "edit") {
      world.source.put(
        source,
        records(one.count).map(({ id }) => record(id, { text: `Edited ${Math.random()}` })),
      );
    } else if (one.kind === "mirror") {
      const runId = await mirror(namespace);
      if (runId !== null) await world.until(runId, ended);
    } else if (one.kind === "resume") {
      const [failed] = await world.database.prisma.run.findMany({
        where: { state: "failed", namespaces: { has: namespace } },
        orderBy: { createdAt: "desc" },
      });
      if (!failed) return;
      await resume(world.database, failed.id, "test");
      await world.until(failed.id, ended);
    } else if (one.kind === "reembed") {
      await reembedAndStop(namespace, one.stopAfter);
    }
  }

  /** Where it is stopped, it is taken up again by whatever is started next. */
  async function reembedAndStop(namespace: string, stopAfter: number | null): Promise<void> {
    const from = world.embedder.texts.length;
    const stopped = new Promise<void>((resolve) => {
      world.embedder.before = () => {
        if (stopAfter !== null && world.embedder.texts.length - from >= stopAfter) resolve(world.rest());
      };
    });
    try {
      const over = world.until(await reembed(namespace), ended);
      over.catch(() => {});
      await Promise.race([stopped, over]);
    } finally {
      world.embedder.before = () => {};
    }
  }
});
