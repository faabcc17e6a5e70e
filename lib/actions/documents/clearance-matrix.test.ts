import { setTimeout as delay } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Instead, Passing } from "@/lib/documents/elasticsearch/between.suite";
import { exitCodeOf, isOperatorError } from "@/lib/operator-error";
import type { Run } from "@/lib/shapes/runs/run";
import { openForTests, type TestSandbox } from "@/sandbox/open-for-tests";
import { cancelRun } from "../runs/cancel-run";
import { showRun } from "../runs/show-run";
import { ClearanceWorld, levels, someDocuments } from "./clearance-world.suite";
import { showDocuments } from "./show-documents";

/** What becomes of a verb or a run: a word and an exit code, or what is waited for. */
type Expected = string;
type Trouble = (passing: Passing) => Instead | undefined;

const error = (status: number, type: string, reason = `reason of ${type}`): Instead => ({
  status,
  text: JSON.stringify({ error: { type, reason, root_cause: [{ type, reason }] }, status }),
});
const on =
  (path: RegExp, reply: Instead | ((passing: Passing) => Instead | undefined)): Trouble =>
  (passing) =>
    path.test(passing.path) ? (typeof reply === "function" ? reply(passing) : reply) : undefined;
const everything = /./;
const bulk = /\/_bulk/;
const reads = /\/_(search|count|mget)/;

/** Every document of a bulk request answered alike; those whose ID `only` names, where it is given: the others aren't sent on. */
const refusing =
  (status: number, type: string, only?: string) =>
  ({ body }: Passing): Instead => {
    const ids = [...body.matchAll(/"_id":"([^"]+)"/g)].map(([, id = ""]) => id);
    const refusal = { status, error: { type, reason: `reason of ${type}` } };
    const items = ids.map((id) => ({
      update: only === undefined || id === only ? refusal : { status: 200, result: "updated" },
    }));
    return { text: JSON.stringify({ items }) };
  };
/** Counts that some shards are missing from. */
const short: Instead = {
  text: JSON.stringify({
    count: 3,
    timed_out: false,
    _shards: { total: 2, successful: 1, failed: 1 },
    hits: { total: { value: 3, relation: "eq" }, hits: [] },
    aggregations: {},
  }),
};
const html: Instead = { type: "text/html", text: "<html>Sign in</html>", product: false };
const plain: Instead = { status: 502, type: "text/plain", text: "Bad gateway", product: false };
const errorIn200: Instead = { text: JSON.stringify({ error: { type: "search_phase_execution_exception" } }) };

/**
 * What Elasticsearch answers x what is done: the documents shown, a plan made, a plan applied, and what is read back after the last write.
 * `CODE EXIT` for what is refused (before a run is made, too) or fails, `STATE EXIT` for a run that ends, `waits` for one that tries again and says so.
 */
const fields: [
  trouble: string,
  script: Trouble | null,
  show: Expected,
  plan: Expected,
  apply: Expected,
  check: Expected,
][] = [
  ["nothing", null, "shown 0", "succeeded 0", "succeeded 0", "succeeded 0"],
  ["counts of some shards only", on(/\/_(count|search)/, short), "malformed 3", "waits", "waits", "waits"],
  [
    "every update refused",
    on(bulk, refusing(400, "document_parsing_exception")),
    "shown 0",
    "succeeded 0",
    "refused-throughout 3",
    "succeeded 0",
  ],
  [
    "every update refused as a request",
    on(bulk, error(400, "illegal_argument_exception")),
    "shown 0",
    "succeeded 0",
    "refused-throughout 3",
    "succeeded 0",
  ],
  ["a page in HTML under 200", on(everything, html), "malformed 3", "waits", "malformed 3", "waits"],
  ["plain text under 502", on(everything, plain), "unavailable 3", "waits", "unavailable 3", "waits"],
  ["an error under 200", on(reads, errorIn200), "malformed 3", "waits", "waits", "waits"],
  [
    "missing rights to all",
    on(everything, error(403, "security_exception")),
    "wrong-key 2",
    "wrong-key 3",
    "wrong-key 2",
    "wrong-key 3",
  ],
  [
    "missing rights to write",
    on(bulk, refusing(403, "security_exception")),
    "shown 0",
    "succeeded 0",
    "rejected-by-target 3",
    "succeeded 0",
  ],
  [
    "an index that is read-only",
    on(bulk, refusing(403, "cluster_block_exception")),
    "shown 0",
    "succeeded 0",
    "write-blocked 3",
    "succeeded 0",
  ],
  [
    "a mapping that refuses the field",
    on(bulk, refusing(400, "strict_dynamic_mapping_exception")),
    "shown 0",
    "succeeded 0",
    "mapping-refused 3",
    "succeeded 0",
  ],
];

/** How a run's end is told on the command line. */
const exitOf: Partial<Record<Run["state"], number>> = { succeeded: 0, "succeeded-with-findings": 1, failed: 3 };

let sandbox: TestSandbox;
let world: ClearanceWorld;
beforeAll(async () => {
  sandbox = await openForTests();
  const { ELASTICSEARCH_ENDPOINT: url = "", ELASTICSEARCH_API_KEY: apiKey = "" } = sandbox.environment;
  world = await ClearanceWorld.open({ url, apiKey });
});
afterEach(() => {
  world.between.instead = null;
});
afterAll(async () => {
  await world.close();
  await sandbox.close();
});

const documents = () => someDocuments(40).map(({ clearance_level: _held, ...source }) => source);

async function refusalOf(work: Promise<Expected>): Promise<Expected> {
  try {
    return await work;
  } catch (thrown) {
    if (!isOperatorError(thrown)) throw thrown;
    return `${thrown.code} ${exitCodeOf[thrown.kind]}`;
  }
}

/** Waits until the run has ended, or says what it waits for. One that waits is cancelled. */
async function outcomeOf(runId: string): Promise<Expected> {
  for (;;) {
    const run = await showRun(world.ctx, { id: runId });
    const exit = exitOf[run.state];
    if (exit !== undefined) {
      expect(run.outcome.failed + run.outcome.skipped).toBe(run.state === "succeeded-with-findings" ? 1 : 0);
      return `${run.error?.code ?? run.state} ${exit}`;
    }
    if (run.waitingFor !== null) {
      expect(run.waitingFor).toContain("Elasticsearch");
      world.between.instead = null;
      await cancelRun(world.ctx, { id: runId });
      await world.end(runId);
      return "waits";
    }
    await delay(20);
  }
}

describe.each(fields)("Elasticsearch with %s", (_trouble, script, show, plan, apply, check) => {
  it(`shown: ${show}`, async () => {
    const index = await world.index(documents());
    world.between.instead = script;
    expect(await refusalOf(showDocuments(world.over(index), {}).then(() => "shown 0"))).toBe(show);
  });

  it(`planned: ${plan}`, async () => {
    const index = await world.index(documents());
    // The verb's own look at the indexes is the first; what is met there is shown by the test before.
    const begun = world.between.at(/\/_resolve/, 2, () => {
      world.between.instead = script;
    });
    const runId = await world.startPlan(index);
    await begun;
    expect(await outcomeOf(runId)).toBe(plan);
  });

  it(`applied: ${apply}`, async () => {
    const index = await world.index(documents());
    const before = await world.stored(index);
    const reviewed = await world.plan(index);
    world.between.instead = script;
    expect(await refusalOf(world.apply(reviewed).then(({ id }) => outcomeOf(id)))).toBe(apply);
    world.between.instead = null;
    // What waits had written before it asked.
    if (/ [23]$/.test(apply)) expect(await world.stored(index)).toEqual(before);
  });

  it(`checked afterwards: ${check}`, async () => {
    const index = await world.index(documents());
    const reviewed = await world.plan(index);
    const written = world.between.at(/\/_refresh/, 1, () => {
      world.between.instead = script;
    });
    const { id } = await world.apply(reviewed);
    await written;
    expect(await outcomeOf(id)).toBe(check);
    world.between.instead = null;
    for (const { source } of (await world.stored(index)).values()) expect(source).toMatchObject({ clearance_level: 1 });
  });
});

it("says of an index without documents that there are none", async () => {
  const index = await world.index([], { properties: levels });
  expect((await showDocuments(world.over(index), {})).counts).toMatchObject({ total: 0, without: 0 });
  const plan = await world.plan(index);
  expect(plan).toMatchObject({ state: "ready", counts: { total: 0, create: 0 } });
  await expect(world.apply(plan)).rejects.toThrow(/nothing to apply/);
});

it("counts one document that is refused, and no other", async () => {
  const index = await world.index(documents());
  const plan = await world.plan(index);
  world.between.instead = (passing) => {
    if (!bulk.test(passing.path) || !passing.body.includes('"_id":"7"')) return undefined;
    return error(400, "illegal_argument_exception", "reason of the one");
  };
  const run = await world.end((await world.apply(plan)).id);
  expect(run).toMatchObject({ state: "succeeded-with-findings", outcome: { written: 39, failed: 1 } });
});
