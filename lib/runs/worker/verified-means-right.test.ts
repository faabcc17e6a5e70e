import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openEmbedder } from "@/lib/embedders/registry";
import { wordOf } from "@/lib/shapes/runs/verdict-words";
import type { ListPage, VectorRecord, VectorSource, VectorTarget } from "@/lib/stores/contract";
import { openStores } from "@/lib/stores/registry";
import { openForTests, type TestSandbox } from "@/sandbox/open-for-tests";
import { settingsFor } from "../lifecycle/settings";
import { applyPlan } from "../plans/apply-plan";
import { openWorld, type World } from "../testing/testing";
import { cosine } from "../verify/embed-again";

/** Worlds that are tried; more by the environment, where somebody has the time. */
const worlds = Number(process.env.PORTAGE_PROPERTY_RUNS ?? 5);
const dimension = 128;
const ended = ["succeeded", "succeeded-with-findings", "failed"] as const;

let sandbox: TestSandbox;
let world: World;
let honest: { source: VectorSource; target: VectorTarget };
beforeAll(async () => {
  sandbox = await openForTests();
  await sandbox.control.pinecone.createIndex({ name: "new", dimension });
  const settings = {
    PINECONE_OLD_INDEX: "source",
    PINECONE_NEW_INDEX: "new",
    GEMINI_OUTPUT_DIMENSIONS: `${dimension}`,
  };
  const batches = { EMBEDDING_BATCH_SIZE: "7", UPSERT_BATCH_SIZE: "5", QUERY_BATCH_SIZE: "9" };
  world = await openWorld({ environment: { ...sandbox.environment, ...settings, ...batches } });
  honest = openStores(world.config);
  Object.assign(world.parts, honest, { embedder: openEmbedder(world.config) });
});
afterAll(async () => {
  await world.close();
  await sandbox.close();
});

/** What a service does wrong, each as a chance of one call. */
type Lies = {
  lost: number;
  swapped: number;
  stripped: number;
  duplicated: number;
  cut: number;
  passed: number;
  again: number;
  lag: number;
};
const honestly: Lies = { lost: 0, swapped: 0, stripped: 0, duplicated: 0, cut: 0, passed: 0, again: 0, lag: 0 };
const chance = fc.constantFrom(0.1, 0.5);
const only = (...lies: (keyof Lies)[]) =>
  fc.tuple(fc.constantFrom(...lies), chance).map(([lie, often]): Lies => ({ ...honestly, [lie]: often }));
/** One kind of lie at a time, mostly: several hide each other. */
const anyLies = fc.oneof(
  { weight: 3, arbitrary: fc.constant(honestly) },
  { weight: 6, arbitrary: only("lost", "swapped", "stripped", "duplicated", "cut", "passed", "again", "lag") },
  {
    weight: 1,
    arbitrary: fc.tuple(only("lost", "swapped"), only("stripped", "lag")).map(([a, b]) => ({ ...a, ...b })),
  },
);
const listingLies = fc.oneof(
  { weight: 4, arbitrary: fc.constant(honestly) },
  { weight: 2, arbitrary: only("cut", "passed", "again") },
);
const anyWorld = fc.record({
  seed: fc.nat(),
  records: fc.integer({ min: 1, max: 40 }),
  /** Records that can't be embedded. */
  silent: fc.integer({ min: 0, max: 2 }),
  /** Records that stand in the target before. */
  copied: fc.integer({ min: 0, max: 10 }),
  kind: fc.constantFrom("reembed" as const, "mirror" as const),
  interrupted: fc.boolean(),
  /** Trouble that passes: throttling, errors, resets, truncated answers. */
  trouble: fc.constantFrom(0, 0.03),
  source: listingLies,
  target: anyLies,
});
type Of = typeof anyWorld extends fc.Arbitrary<infer W> ? W : never;
/** Worlds that are always tried: an honest one, and one of each lie that only reading back can find. */
const plain: Of = {
  seed: 1,
  records: 20,
  silent: 0,
  copied: 0,
  kind: "reembed",
  interrupted: false,
  trouble: 0,
  source: honestly,
  target: honestly,
};
const always: Of[] = [
  plain,
  ...(["swapped", "stripped", "lost"] as const).map((lie) => ({ ...plain, target: { ...honestly, [lie]: 0.5 } })),
  { ...plain, interrupted: true, target: { ...honestly, swapped: 0.5 } },
];

function dice(seed: number): (probability: number) => boolean {
  let state = seed >>> 0;
  return (probability) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32 < probability;
  };
}

/** Whatever the service keeps of a write that it calls done. */
function kept(records: readonly VectorRecord[], lies: Lies, strikes: (probability: number) => boolean): VectorRecord[] {
  let stored = [...records];
  if (strikes(lies.lost)) stored = stored.slice(1);
  const [first, second, ...others] = stored;
  if (first && second && strikes(lies.swapped))
    stored = [{ ...first, values: second.values }, { ...second, values: first.values }, ...others];
  if (strikes(lies.stripped))
    stored = stored.map((one, at) => (at === 0 ? { ...one, metadata: { clearance_level: 1 } } : one));
  const [one] = stored;
  if (one && strikes(lies.duplicated)) stored.push({ ...one, id: `${one.id}-again` });
  return stored;
}

const counted = { count: "exact", visibility: "immediate" } as const;

function lyingSource(store: VectorSource, lies: Lies, strikes: (probability: number) => boolean): VectorSource {
  return {
    ...store,
    can: { ...store.can, ...counted },
    count: async (...call) => ({ ...(await store.count(...call)), exact: true }),
    listIds: async (place, options) => {
      const page: ListPage = await store.listIds(place, { ...options, limit: 10 });
      if (strikes(lies.again / 4) && options?.cursor !== undefined) return store.listIds(place, { limit: 10 });
      if (strikes(lies.cut)) return { ids: page.ids.slice(0, 4), next: null };
      if (strikes(lies.passed)) return { ...page, ids: page.ids.filter((_, at) => at % 3 > 0) };
      return page;
    },
  };
}

function lyingTarget(store: VectorTarget, lies: Lies, strikes: (probability: number) => boolean): VectorTarget {
  return {
    ...store,
    ...lyingSource(store, lies, strikes),
    count: async (...call) => {
      const { value } = await store.count(...call);
      return { value: strikes(lies.lag) ? Math.max(0, value - 3) : value, exact: true };
    },
    upsert: async (place, records, options) => {
      const answer = await store.upsert(place, kept(records, lies, strikes), options);
      return { ...answer, accepted: records.map(({ id }) => id) };
    },
  };
}

/** What is wrong with the target, by what the stand-in keeps and not by what it answers. */
async function wrongWith(namespace: string): Promise<string[]> {
  const { pinecone } = sandbox.control;
  const [source, target] = await Promise.all([
    pinecone.records("source", namespace),
    pinecone.records("new", namespace, { values: true }),
  ]);
  const standing = new Map(target.map((record) => [record.id, record]));
  const wrong: string[] = [];
  for (const { id, metadata = {} } of source) {
    const there = standing.get(id);
    if (!there) {
      wrong.push(`${id} is missing`);
      continue;
    }
    const { clearance_level: _, ...rest } = there.metadata ?? {};
    if (JSON.stringify(sorted(rest)) !== JSON.stringify(sorted(metadata))) wrong.push(`${id} has other metadata`);
    const [right] = await world.parts.embedder.embed([String(metadata.text)]);
    if (!right?.ok || cosine(right.values, there.values ?? []) < 0.999) wrong.push(`${id} has another vector`);
  }
  return wrong;
}

const sorted = (metadata: object) => Object.entries(metadata).sort(([a], [b]) => (a < b ? -1 : 1));

let number = 0;
let saidVerified = 0;
let saidOther = 0;

async function tryWorld(of: Of): Promise<void> {
  const namespace = `n-${number++}`;
  const { pinecone, gemini } = sandbox.control;
  const put = Array.from({ length: of.records }, (_, at) => ({
    id: `r-${String(at).padStart(3, "0")}`,
    metadata:
      at < of.silent ? { page: at } : { text: `What number ${at} of ${namespace} has to say: ${at * 7919}`, page: at },
  }));
  await pinecone.edit({ index: "source", namespace, put });
  const copied = put.slice(of.silent, of.silent + of.copied);
  const made =
    copied.length > 0 ? await world.parts.embedder.embed(copied.map(({ metadata }) => metadata.text ?? "")) : [];
  const whole = copied.map((one, at) => ({ ...one, values: made[at]?.ok ? made[at].values : [] }));
  if (whole.length > 0) await pinecone.edit({ index: "new", namespace, put: whole });
  Object.assign(world.parts, {
    source: lyingSource(honest.source, of.source, dice(of.seed)),
    target: lyingTarget(honest.target, of.target, dice(of.seed + 1)),
  });
  const troubles = ["throttled", "error", "reset-before", "reset-after", "truncated"] as const;
  const rules = of.trouble === 0 ? [] : troubles.map((kind) => ({ kind, rate: of.trouble, retryAfterSeconds: 0.02 }));
  await pinecone.faults({ seed: of.seed, rules });
  await gemini.faults({ seed: of.seed + 1, rules });
  await world.work();
  const runs = [await begin(of.kind, namespace)];
  if (of.interrupted) {
    await world.rest();
    await world.work();
  }
  if (runs[0] !== null) await world.until(runs[0] ?? "", ended);
  runs.push(await world.start({ kind: "verify", namespaces: [namespace], overrides: { verifyFull: true } }));
  await world.until(runs[1] ?? "", ended);
  await pinecone.faults({});
  await gemini.faults({});
  await world.rest();
  const wrong = await wrongWith(namespace);
  for (const runId of runs) {
    if (runId === null) continue;
    const { verdict } = await world.until(runId, ended);
    const verified = verdict !== null && wordOf(verdict) === "verified";
    if (verified) saidVerified++;
    else saidOther++;
    // A mirroring answers for what it wrote; a verification for all.
    if (verified && (runId === runs[1] || of.kind === "reembed"))
      expect({ namespace, wrong, words: verdict?.words }).toMatchObject({ wrong: [] });
  }
}

/** Starts a re-embedding, or a mirroring's application; `null` where there is nothing to apply. */
async function begin(kind: "reembed" | "mirror", namespace: string): Promise<string | null> {
  if (kind === "reembed") return world.start({ namespaces: [namespace] });
  const planning = await world.start({ kind: "plan", planKind: "mirror", namespaces: [namespace] });
  const { planId, state } = await world.until(planning, ended);
  if (state === "failed") return null;
  const settings = settingsFor(world);
  return (await applyPlan(world.database, { planId: planId ?? "", settings, actor: "test" })).runId;
}

test("whatever a world of faults does, what is called verified is right by an independent comparison", async () => {
  await fc.assert(fc.asyncProperty(anyWorld, tryWorld), {
    examples: always.map((one): [Of] => [one]),
    numRuns: always.length + worlds,
    seed: Number(process.env.PORTAGE_PROPERTY_SEED ?? 20_261_129),
    endOnFailure: true,
  });
  // The law isn't kept by saying nothing: honest worlds are among them.
  expect(saidVerified).toBeGreaterThan(0);
  expect(saidOther).toBeGreaterThan(0);
});
