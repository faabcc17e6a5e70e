import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openEmbedder } from "@/lib/embedders/registry";
import { wordOf } from "@/lib/shapes/runs/verdict-words";
import type { VectorSource, VectorTarget } from "@/lib/stores/contract";
import { openStores } from "@/lib/stores/registry";
import { openForTests, type TestSandbox } from "@/sandbox/open-for-tests";
import { settingsFor } from "../lifecycle/settings";
import { applyPlan } from "../plans/apply-plan";
import { openWorld, type World } from "../testing/testing";
import { cosine } from "../verify/embed-again";
import { anyLies, dice, honestly, listingLies, lyingSource, lyingTarget } from "./lies.suite";

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

const anyWorld = fc.record({
  seed: fc.nat(),
  records: fc.integer({ min: 1, max: 40 }),
  /** Records that can't be embedded. */
  silent: fc.integer({ min: 0, max: 2 }),
  /** Records that stand in the target before. */
  copied: fc.integer({ min: 0, max: 10 }),
  /** Of these, those that the target holds otherwise than the source. */
  edited: fc.integer({ min: 0, max: 2 }),
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
  edited: 0,
  kind: "reembed",
  interrupted: false,
  trouble: 0,
  source: honestly,
  target: honestly,
};
const always: Of[] = [
  plain,
  ...(["swapped", "stripped", "lost"] as const).map((lie) => ({ ...plain, target: { ...honestly, [lie]: 0.5 } })),
  { ...plain, copied: 5, edited: 1 },
  { ...plain, interrupted: true, target: { ...honestly, swapped: 0.5 } },
];

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
  const whole = copied.map(({ id, metadata }, at) => ({
    id,
    metadata: at < of.edited ? { ...metadata, page: "another" } : metadata,
    values: made[at]?.ok ? made[at].values : [],
  }));
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
