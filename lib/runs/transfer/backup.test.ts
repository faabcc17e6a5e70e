import { cp, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ServiceFailure } from "@/lib/failures";
import { defaultRouteNow } from "@/lib/routes/route-now";
import type { MetadataValue, VectorRecord, VectorSource, VectorTarget } from "@/lib/stores/contract";
import { createMemoryStore, type MemoryStore } from "@/lib/stores/memory/index";
import { storeKinds } from "@/lib/stores/registry";
import { settingsFor } from "../lifecycle/settings";
import { openWorld, record, records, type World } from "../testing/testing";

const ended = ["succeeded", "succeeded-with-findings", "failed"] as const;
const namespaces = ["", "__default__", "n", "../a b#%?&", "N"];

let scratch = "";
let folder = "";
const opened: (VectorSource | VectorTarget)[] = [];
let world: World;
beforeEach(async () => {
  scratch = await mkdtemp(path.join(tmpdir(), "portage-backup-"));
  folder = path.join(scratch, "not yet/backup");
});
afterEach(async () => {
  await world.close();
  await Promise.all(opened.splice(0).map((store) => store.close()));
  await rm(scratch, { recursive: true, force: true });
});

function openFolder(role: "source"): VectorSource;
function openFolder(role: "target"): VectorTarget;
function openFolder(role: "source" | "target") {
  const kind = storeKinds.get("export-folder");
  const store = role === "source" ? kind?.openSource({ path: folder }) : kind?.openTarget?.({ path: folder });
  if (!store) throw new Error("There is no such kind");
  opened.push(store);
  return store;
}

/** A world that copies from the one to the other. */
async function copying(ends: { source: VectorSource; from: string; target: VectorTarget; to: string }, batch = "100") {
  const environment = { QUERY_BATCH_SIZE: batch, UPSERT_BATCH_SIZE: batch };
  world = await openWorld({ environment, source: {} });
  const { source, target, ...rest } = defaultRouteNow(world.config);
  world.parts.source = ends.source;
  world.parts.target = ends.target;
  world.parts.route = {
    ...rest,
    ...{ embedder: null, clearanceLevel: null, owned: [] },
    source: { ...source, index: ends.from },
    target: { ...target, index: ends.to },
  };
  await world.work();
  return world;
}

const start = (of: readonly string[]) => {
  const source = { index: world.parts.route?.source.index ?? "", dimension: 8, metric: "cosine" };
  return world.start({ namespaces: of, overrides: settingsFor(world.parts, {}, { source, target: null }) });
};
const run = async (of: readonly string[] = namespaces) => world.until(await start(of), ended);

const numbers = (of: VectorRecord[]) =>
  of.map(({ values, sparseValues, ...head }) => ({
    ...head,
    values: values.map(Math.fround),
    ...(sparseValues && { sparse: [sparseValues.indices, sparseValues.values.map(Math.fround)] }),
  }));

const deep: Record<string, MetadataValue> = { none: null, deep: { list: [1, { x: "y" }] }, half: "\ud800", "": [] };

/** An index with all that a record may have, in namespaces of any name. */
function filled(count: number, of: readonly string[] = namespaces): MemoryStore {
  const store = createMemoryStore({ metadata: "json", indexes: { old: { dimension: 8 } } });
  for (const [at, namespace] of of.entries())
    store.put({ index: "old", namespace }, [
      { ...record("a", {}), values: [0.1, -0, 1e-40, 3.4e38, 1 / 3, -1, at, 2 ** -149] },
      { ...record("日本/../b", deep), sparseValues: { indices: [3, 4_000_000_000], values: [0.1, -0] } },
      ...records(count),
    ]);
  return store;
}

async function exported(source: MemoryStore): Promise<void> {
  const target = openFolder("target");
  await target.ensureIndex({ name: "", dimension: 8, metric: "cosine" });
  await copying({ source, from: "old", target, to: "" });
}

const manifest = () => readFile(path.join(folder, "portage-export.json"), "utf8");

test("an index goes into a folder and comes back from it bit for bit, every namespace; a second run writes nothing", async () => {
  const source = filled(30);
  await exported(source);
  expect(await run()).toMatchObject({ state: "succeeded", written: 32 * namespaces.length });
  const before = await manifest();
  expect(await readdir(folder)).not.toContain(".portage-unfinished");
  expect(await run()).toMatchObject({ state: "succeeded", written: 0, unchanged: 32 * namespaces.length });
  expect(await manifest()).toBe(before);
  await world.close();

  const target = createMemoryStore({ metadata: "json", indexes: { new: { dimension: 8 } } });
  await copying({ source: openFolder("source"), from: "", target, to: "new" });
  const restored = await run();
  expect(restored).toMatchObject({ state: "succeeded", written: 32 * namespaces.length, texts: 0 });
  expect(restored.verdict).toMatchObject({ ok: true, word: "verified" });
  for (const namespace of namespaces)
    expect(numbers(target.contents({ index: "new", namespace }))).toEqual(
      numbers(source.contents({ index: "old", namespace })),
    );
});

test("killed in the middle it resumes, and the export is the same as without", async () => {
  const source = filled(300, ["n", "other"]);
  const target = openFolder("target");
  await target.ensureIndex({ name: "", dimension: 8, metric: "cosine" });
  const killed = `${folder}-as-killed`;
  const underWay = new Set<Promise<unknown>>();
  let upserts = 0;
  let dead: Promise<void> | null = null;
  const mortal: VectorTarget = {
    ...target,
    upsert: async (...given) => {
      upserts++;
      if (upserts > 8) {
        dead ??= Promise.allSettled(underWay).then(() => cp(folder, killed, { recursive: true }));
        await dead;
        void world.rest();
        const until = new Date();
        throw new ServiceFailure({ code: "exhausted", service: "", operation: "upsert", message: "killed", until });
      }
      const answer = target.upsert(...given);
      underWay.add(answer);
      return answer;
    },
  };
  await copying({ source, from: "old", target: mortal, to: "" }, "20");
  const runId = await start(["n", "other"]);
  await expect.poll(() => dead, { timeout: 10_000 }).not.toBeNull();
  await dead;
  await world.rest();
  const half = await world.until(runId, ["queued", "running", "waiting"]);
  expect(half.written).toBeGreaterThan(0);
  expect(half.written).toBeLessThan(604);
  await target.close();
  await rm(folder, { recursive: true });
  await rename(killed, folder);
  await expect(openFolder("source").inspect("")).rejects.toThrow(/not finished.*not a backup.*Resume the run/);

  world.parts.target = openFolder("target");
  await world.work();
  expect(await world.until(runId, ended)).toMatchObject({ state: "succeeded", written: 604 });
  const read = openFolder("source");
  for (const namespace of ["n", "other"]) {
    const wanted = source.contents({ index: "old", namespace });
    const { records: found } = await read.fetchRecords(
      { index: "", namespace },
      wanted.map(({ id }) => id),
    );
    expect(numbers(found)).toEqual(numbers(wanted));
  }
  expect(await readdir(folder)).not.toContain(".portage-unfinished");
});

test("a changed byte and a missing manifest are refused on the way back, in words, and nothing is written", async () => {
  await exported(filled(30, ["n"]));
  await run(["n"]);
  await world.close();
  const [name = ""] = await readdir(path.join(folder, "n"));
  const file = path.join(folder, "n", name);
  const bytes = await readFile(file);
  bytes[100] = (bytes[100] ?? 0) ^ 1;
  await writeFile(file, bytes);
  const target = createMemoryStore({ metadata: "json", indexes: { new: { dimension: 8 } } });
  await copying({ source: openFolder("source"), from: "", target, to: "new" });
  const changed = await run(["n"]);
  expect(changed.state).toBe("failed");
  expect(JSON.stringify(changed.error)).toMatch(
    /was changed after it was written: its SHA-256.*No record of it was used/,
  );
  await rm(path.join(folder, "portage-export.json"));
  const missing = await run(["n"]);
  expect(missing.state).toBe("failed");
  expect(JSON.stringify(missing.error)).toMatch(/is neither empty nor an export folder.*no manifest/);
  expect(target.written).toEqual([]);
});
