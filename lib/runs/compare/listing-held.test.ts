import { afterEach, beforeEach, expect, test } from "vitest";
import { ServiceFailure } from "@/lib/failures";
import type { ListPage, VectorSource, VectorTarget } from "@/lib/stores/contract";
import { pause, resume } from "../lifecycle/control-run";
import { openWorld, records, type World } from "../testing/testing";
import { applied } from "../testing/testing-mirror";

let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => world.close());

const ended = ["succeeded", "succeeded-with-findings", "failed"] as const;
const old = { index: "old", namespace: "n" };

/** A source whose listings are spoilt; `listing` counts from 1, the page's number from 1. */
function listedAs(spoil: (page: ListPage, listing: number, number: number) => ListPage): VectorSource {
  let listing = 0;
  let number = 0;
  return {
    ...world.source,
    listIds: async (place, options) => {
      if (options?.cursor === undefined) {
        listing++;
        number = 0;
      }
      return spoil(await world.source.listIds(place, { ...options, limit: 100 }), listing, ++number);
    },
  };
}

async function run(of: Parameters<World["start"]>[0]) {
  await world.work();
  const runId = await world.start(of);
  const row = await world.until(runId, ended);
  const found = await world.database.prisma.finding.findMany({ where: { runId } });
  return { row, found: found.map(({ kind, reason, detail }) => ({ kind, reason, detail })) };
}

const endsEarly = (page: ListPage, _listing: number, number: number) => (number === 2 ? { ...page, next: null } : page);

test("a listing that ends early is listed again, and what it gives then is taken up", async () => {
  world.source.put(old, records(500));
  world.parts.source = listedAs((page, listing, number) => (listing < 2 ? endsEarly(page, listing, number) : page));
  const { row, found } = await run({ namespaces: ["n"] });
  expect(row).toMatchObject({ state: "succeeded", total: 500, written: 500, verdict: { word: "verified" } });
  expect(found).toEqual([]);
});

test("halves are listed page by page: one that is refused is asked for again, a pause stops between two, and each is counted", async () => {
  const runId = { now: "" };
  let [asked, endless] = [0, true];
  const halves: NonNullable<VectorTarget["halves"]> = async (_, { answered } = {}) => {
    asked++;
    if (asked === 1)
      throw new ServiceFailure({ code: "unavailable", service: "Memory", operation: "halves", message: "503" });
    if (asked === 3) await pause(world.database, runId.now, "test");
    answered?.(1000);
    return { both: 1, lost: [], next: endless ? String(asked) : null };
  };
  world.source.put(old, records(5));
  world.target.put(
    { index: "new", namespace: "n" },
    records(5).map((one) => ({ ...one, values: Array(16).fill(1) })),
  );
  world.parts.target = { ...world.target, halves };
  runId.now = await world.start({ kind: "verify", namespaces: ["n"] });
  await world.work();
  expect(await world.until(runId.now, ["paused", ...ended])).toMatchObject({ state: "paused", error: null });
  endless = false;
  const answers = asked - 1;
  const read = await world.database.prisma.segment.findFirstOrThrow({ where: { runId: runId.now } });
  expect([read.targetLists, Number(read.bytesRead)]).toEqual([answers + 1, answers * 1000]);
  await resume(world.database, runId.now, "test");
  expect(await world.until(runId.now, ended)).toMatchObject({ verdict: { halves: { withoutRow: 0 } } });
});

test("one that goes on ending early is a finding, and nothing is called verified", async () => {
  world.source.put(old, records(500));
  world.parts.source = listedAs(endsEarly);
  const { row, found } = await run({ namespaces: ["n"] });
  expect(row).toMatchObject({ state: "succeeded-with-findings", total: 200, written: 200 });
  expect(row.verdict).toMatchObject({
    ok: false,
    word: "not-verified",
    short: [{ side: "source", listed: 200, counted: 500 }],
  });
  expect(row.verdict?.words).toContain("The source's statistics count 500 records, its listing gave 200");
  expect(found).toEqual([expect.objectContaining({ kind: "warning", reason: "listing-short" })]);
});

test("a source that may hold more than it shows isn't verified by what it shows, and the plan says so", async () => {
  const withheld = "row-level security may keep rows from this role";
  world.source.put(old, records(5));
  world.parts.source = {
    ...world.source,
    count: async (...call) => ({ ...(await world.source.count(...call)), withheld }),
  };
  const { row: planned } = await run({ kind: "plan", planKind: "mirror", namespaces: ["n"] });
  const plan = await world.database.prisma.plan.findUniqueOrThrow({ where: { id: planned.planId ?? "" } });
  expect(plan.warnings).toEqual([expect.objectContaining({ code: "records-withheld" })]);
  const row = await applied(world, planned.planId ?? "");
  expect(row.verdict).toMatchObject({ word: "compared-in-part", withheld: [{ side: "source", why: withheld }] });
  const checked = await world.until(await world.start({ kind: "verify", namespaces: ["n"] }), ended);
  expect(checked.verdict).toMatchObject({ word: "compared-in-part" });
  expect(checked.verdict?.words).toContain(`Of the source only what it shows is known: ${withheld}; `);
});

test("what a short analysis found and a run transferred out isn't called verified", async () => {
  world.source.put(old, records(500));
  world.parts.source = listedAs(endsEarly);
  const { row: planned } = await run({ kind: "plan", planKind: "mirror", namespaces: ["n"] });
  const row = await applied(world, planned.planId ?? "");
  expect(row).toMatchObject({ state: "succeeded-with-findings", written: 200, verdict: { word: "not-verified" } });
  expect(row.verdict?.words).toContain("its listing gave 200");
});

test("a target that counts more than it lists isn't verified after a re-embedding", async () => {
  world.source.put(old, records(5));
  world.parts.target = { ...world.target, count: async () => ({ value: 9, exact: true }) };
  const { row } = await run({ namespaces: ["n"] });
  expect(row).toMatchObject({ state: "succeeded-with-findings", written: 5, verdict: { word: "not-verified" } });
});

test("a single record of five hundred that is counted and never listed is said", async () => {
  world.source.put(old, records(500));
  world.parts.source = listedAs((page) => ({ ...page, ids: page.ids.filter((id) => id !== "doc-00250") }));
  const { row, found } = await run({ kind: "plan", namespaces: ["n"] });
  expect(row.state).toBe("succeeded-with-findings");
  expect(found.map(({ detail }) => detail)).toEqual([
    expect.stringContaining("count 500 records, its listing gave 499"),
  ]);
});

test("a page that the first listing passed over is said, also where a later listing has it", async () => {
  world.source.put(old, records(500));
  world.parts.source = listedAs((page, listing, number) =>
    listing === 1 && number === 2 ? { ...page, ids: [] } : page,
  );
  const { row, found } = await run({ kind: "plan", namespaces: ["n"] });
  expect(row.state).toBe("succeeded-with-findings");
  expect(found.map(({ detail }) => detail)).toEqual([expect.stringContaining("a later one 100 between them")]);
});

test("an empty listing where records are counted is no answer", async () => {
  world.source.put(old, records(5));
  world.parts.source = listedAs(() => ({ ids: [], next: null }));
  for (const kind of ["plan", "verify"] as const) {
    const { row } = await run({ kind, namespaces: ["n"] });
    expect(row).toMatchObject({ state: "failed", verdict: null, error: { code: "listing-empty" } });
    await world.rest();
  }
});

test("a listing that goes on with new IDs far beyond what is counted is stopped, with what it gave", async () => {
  world.source.put(old, records(5));
  let page = 0;
  world.parts.target = {
    ...world.target,
    listIds: async () => {
      const first = 10_000 * page++;
      const ids = Array.from({ length: 10_000 }, (_, at) => `made-up-${String(first + at).padStart(9, "0")}`);
      return { ids, next: String(page) };
    },
  };
  const { row } = await run({ kind: "verify", namespaces: ["n"] });
  expect(row).toMatchObject({ state: "failed", verdict: null, error: { code: "endless" } });
  expect(row.error?.what).toContain("11 pages gave 110,000 IDs, where its statistics count 0 records");
});

test("a listing of empty pages, each with a token for another, is stopped", async () => {
  let page = 0;
  world.parts.source = { ...world.source, listIds: async () => ({ ids: [], next: String(++page) }) };
  const { row } = await run({ kind: "plan", namespaces: ["n"] });
  expect(row).toMatchObject({ state: "failed", error: { code: "endless" } });
  expect(row.error?.what).toContain("of 500 pages the last 500 were empty");
});

test("records deleted while the listing is read explain a shortfall once statistics follow", async () => {
  world.source.put(old, records(5));
  let counts = 0;
  world.parts.source = {
    ...world.source,
    count: async (...call) => ({ value: ++counts < 2 ? 6 : (await world.source.count(...call)).value, exact: false }),
  };
  const { row, found } = await run({ kind: "plan", namespaces: ["n"] });
  expect([row.state, found]).toEqual(["succeeded", []]);
});
