import { afterAll, beforeAll, expect, test } from "vitest";
import { openForTests, type TestSandbox } from "@/sandbox/open-for-tests";
import { outcomeOf, planned } from "./applied-clearance.suite";
import { describeApplying } from "./apply-clearance.suite";
import { ClearanceWorld, someDocuments } from "./clearance-world.suite";

const accessTo = ({ environment }: TestSandbox) => {
  const { ELASTICSEARCH_ENDPOINT: url = "", ELASTICSEARCH_API_KEY: apiKey = "" } = environment;
  return { url, apiKey };
};

describeApplying("A clearance, against the stand-in,", async () => {
  const sandbox = await openForTests();
  return { access: accessTo(sandbox), close: () => sandbox.close() };
});

let sandbox: TestSandbox;
let world: ClearanceWorld;
beforeAll(async () => {
  sandbox = await openForTests();
  world = await ClearanceWorld.open(accessTo(sandbox));
});
afterAll(async () => {
  await world.close();
  await sandbox.close();
});

const kinds = ["throttled", "exhausted", "error", "reset-before", "reset-after", "truncated", "malformed"] as const;

test.each([1, 2, 3])(
  "a server that is busy, out of memory, cut off before or after its work, or garbled is outlasted (seed %i)",
  async (seed) => {
    const index = await world.index(someDocuments(400));
    const before = await world.stored(index);
    const plan = await planned(world, index);
    const routes = ["bulk", "search", "read-many", "count", "open-point", "refresh"];
    await sandbox.control.elasticsearch.faults({
      seed,
      rules: kinds.map((kind) => ({ kind, routes, rate: 0.04, retryAfterSeconds: null })),
    });
    // Edits in mid-run, so that documents are read again while all that goes on.
    const edited = world.between.at(/\/_bulk/, 6, async () => {
      await world.must("PUT", `/${index}/_doc/399?refresh=true`, { ...before.get("399")?.source, title: "Edited" });
    });
    const run = await world.end((await world.apply(plan)).id);
    await edited;
    await sandbox.control.elasticsearch.faults({});
    expect(outcomeOf(run)).toMatchObject({ state: "succeeded", total: 360, written: 360, unchanged: 0 });
    const after = await world.stored(index);
    for (const [id, { version, source }] of before) {
      const standing = id === "399" ? { ...source, title: "Edited" } : source;
      const set = !("clearance_level" in source);
      expect(after.get(id), id).toEqual({
        version: version + (set ? 1 : 0) + (id === "399" ? 1 : 0),
        source: set ? { ...standing, clearance_level: 1 } : standing,
      });
    }
  },
  60_000,
);
