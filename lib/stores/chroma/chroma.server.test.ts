import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { testSabotage } from "@/lib/gate/sabotage.suite";
import { spreadRecords } from "@/lib/gate/testing";
import { digestOf, isDigestOf, isKept } from "@/lib/plan/kept-numbers";
import { defaultRouteNow } from "@/lib/routes/route-now";
import { settingsFor } from "@/lib/runs/lifecycle/settings";
import { openWorld, record } from "@/lib/runs/testing/testing";
import { openForTests } from "@/sandbox/open-for-tests";
import { type ChromaProcess, startChroma } from "@/scripts/chroma/start-server";
import type { Metadata, VectorRecord } from "../contract";
import { describeStoreContract } from "../contract.suite";
import { openStores } from "../registry";
import { openChromaSource, openChromaTarget } from "./kind";
import { type ChromaSettings, settings } from "./settings";

const say = (line: string) => process.stderr.write(`Portage: ${line}\n`);
const fixture = path.join(import.meta.dirname, "../../formats/fixtures/chroma-1.5/db");
const folder = await mkdtemp(path.join(tmpdir(), "portage-chroma-fixture-"));
await cp(fixture, folder, { recursive: true });

let missing = "";
const server: ChromaProcess | null = await startChroma(say, folder).catch((error: unknown) => {
  missing = error instanceof Error ? error.message : String(error);
  say(`skipping what needs a server of Chroma: ${missing}`);
  return null;
});
afterAll(async () => {
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});
const given = (more: object = {}): ChromaSettings =>
  settings.parse({ address: server?.url ?? "http://127.0.0.1:9", largeIntegers: "text", ...more });

/** Set by `npm test -- --no-skips`: what can't be tested counts as failed. */
it("has a real server of Chroma where tests may not be skipped", () => {
  expect(process.env.PORTAGE_TEST_NO_SKIPS === "1" ? missing : "").toBe("");
});

describe.runIf(server !== null)("on a real server", () => {
  describeStoreContract("Chroma", async () => {
    const source = openChromaSource(given());
    const target = openChromaTarget(given());
    let made = 0;
    const newIndex = async () => {
      const name = `contract-${++made}`;
      await target.ensureIndex({ name, dimension: 8, metric: "dotproduct" });
      return name;
    };
    return {
      ...{ source, target, index: await newIndex(), newIndex, dimension: 8, metric: "dotproduct" as const },
      ...{ anyIds: true, emptyLists: false as const },
      close: async () => {
        await Promise.all([source.close(), target.close()]);
      },
    };
  });

  it("gives vectors of the metric cosine back by their direction, those of the others bit for bit", async () => {
    const target = openChromaTarget(given());
    const records = spreadRecords(40, 24).map((each, at) => ({
      ...each,
      values: each.values.map((one) => Math.fround(one * (at + 1))),
    }));
    for (const metric of ["cosine", "euclidean"] as const) {
      const place = { index: `kept-${metric}`, namespace: "" };
      await target.ensureIndex({ name: place.index, dimension: 24, metric });
      await target.upsert(place, records);
      const keeps = (await target.inspect(place.index))?.keeps;
      expect(keeps).toBe(metric === "cosine" ? "direction" : undefined);
      const ids = records.map(({ id }) => id);
      const read = new Map((await target.fetchRecords(place, ids)).records.map((each) => [each.id, each.values]));
      for (const { id, values } of records) {
        expect(isKept(values, read.get(id) ?? [], keeps)).toBe(true);
        expect(isDigestOf(digestOf(values, keeps), read.get(id) ?? [], keeps)).toBe(true);
      }
    }
    await target.close();
  });

  testSabotage("Chroma", async () => {
    const store = openChromaTarget(given());
    return { at: (index) => ({ store, index }), namespaces: [""], zeros: true, close: () => store.close() };
  });

  it("takes keys away that the new record hasn't, and leaves out what Chroma would drop", async () => {
    const target = openChromaTarget(given());
    await target.ensureIndex({ name: "replaced", dimension: 2, metric: "euclidean" });
    const place = { index: "replaced", namespace: "" };
    const record = (id: string, metadata: Metadata) => ({ id, values: [1, 2], metadata });
    await target.upsert(place, [record("a", { text: "one", old: 1, tags: ["x"] }), record("b", { text: "two" })]);
    const again = await target.upsert(place, [
      record("a", { text: "new", kept: true }),
      record("b", { page: 1 }),
      record("c", { none: [] }),
      record("d", { "chroma:document": "x" }),
      record("e", { none: null }),
      record("f", { from: { page: 1 } }),
    ]);
    expect(again.accepted).toEqual(["a"]);
    expect(again.rejected.map(({ id, detail }) => [id, detail])).toEqual([
      ["b", expect.stringContaining("can't be taken away")],
      ["c", expect.stringContaining("drops an empty list")],
      ["d", expect.stringContaining("keeps metadata keys")],
      ["e", expect.stringContaining("neither null nor")],
      ["f", expect.stringContaining("neither null nor")],
    ]);
    const { records, missing } = await target.fetchHeads(place, ["a", "b", "c", "d"]);
    expect(records).toEqual([
      { id: "a", metadata: { kept: true, text: "new" } },
      { id: "b", metadata: { text: "two" } },
    ]);
    expect(missing).toEqual(["c", "d"]);
    await target.close();
  });

  it("takes a move back from Pinecone: what it can hold comes bit for bit, what it can't is listed with the reason", async () => {
    const sandbox = await openForTests();
    const environment = { ...sandbox.environment, PINECONE_OLD_INDEX: "cloud", PINECONE_NEW_INDEX: "moved-back" };
    const world = await openWorld({ environment });
    const pinecone = openStores(world.config).target;
    const target = openChromaTarget(given());
    Object.assign(world.parts, { source: pinecone, target });
    world.parts.route = { ...defaultRouteNow(world.config), embedder: null, clearanceLevel: null, owned: [] };
    const from = { index: "cloud", namespace: "" };
    const home = { index: "moved-back", namespace: "" };
    try {
      const held = Array.from({ length: 120 }, (_, at) => ({
        ...record(`doc/${at} ~`, {
          text: `Text ${at} 日本`,
          page: at,
          share: at / 7,
          read: at % 2 === 0,
          tags: ["a", "b"],
        }),
        values: Array.from({ length: 8 }, (_, position) => Math.fround(Math.sin(at * 8 + position))),
      }));
      const lost = [
        { ...record("sparse", { text: "t" }), sparseValues: { indices: [3], values: [0.5] } },
        record("empty-list", { text: "t", none: [] }),
        record("own-key", { text: "t", "chroma:kind": "x" }),
      ];
      // One that compares by inner products alone may have sparse values.
      const metric = "dotproduct";
      await pinecone.ensureIndex({ name: from.index, dimension: 8, metric });
      for (const some of [held, lost]) expect((await pinecone.upsert(from, some)).rejected).toEqual([]);
      await target.ensureIndex({ name: home.index, dimension: 8, metric });
      await world.work();
      const source = { index: from.index, dimension: 8, metric } as const;
      const overrides = settingsFor(world.parts, {}, { source, target: null });
      const ended = ["succeeded", "succeeded-with-findings", "failed"] as const;
      const runId = await world.start({ namespaces: [""], overrides });
      const run = await world.until(runId, ended);
      expect(run).toMatchObject({ state: "succeeded-with-findings", written: 120, verdict: { word: "incomplete" } });
      const findings = await world.database.prisma.finding.findMany({ where: { runId }, orderBy: { recordId: "asc" } });
      expect(findings.map(({ recordId, detail }) => [recordId, detail])).toEqual([
        ["empty-list", expect.stringContaining("empty list")],
        ["own-key", expect.stringContaining("keeps metadata keys")],
        ["sparse", expect.stringContaining("sparse")],
      ]);
      const ids = held.map(({ id }) => id);
      const bits = (records: readonly VectorRecord[]) =>
        records.map(({ values, ...head }) => ({ ...head, values: values.map(Math.fround) }));
      expect(bits((await target.fetchRecords(home, ids)).records)).toEqual(held);
      expect(bits((await pinecone.fetchRecords(from, ids)).records)).toEqual(held);
    } finally {
      await Promise.all([pinecone.close(), target.close()]);
      await world.close();
      await sandbox.close();
    }
  });

  it("makes nothing of a name that is typed wrongly", async () => {
    const source = openChromaSource(given());
    const count = async () => {
      const names: string[] = [];
      for await (const { name } of source.collections()) names.push(name);
      return names.length;
    };
    const before = await count();
    expect(await source.inspect("typed-wrongly")).toBeNull();
    await expect(source.listIds({ index: "typed-wrongly", namespace: "" })).rejects.toMatchObject({
      code: "not-found",
    });
    await expect(
      openChromaSource(given({ database: "nowhere" })).listIds({ index: "notes", namespace: "" }),
    ).rejects.toMatchObject({
      code: "not-found",
    });
    expect(await count()).toBe(before);
  });
});
