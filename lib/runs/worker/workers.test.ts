import os from "node:os";
import { setImmediate } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import type { OpenedDatabase } from "@/lib/db/contract";
import { openDatabase } from "@/lib/db/open";
import { openTestDatabase } from "@/lib/db/testing";
import { missingServer, startTestServer, type TestServer } from "@/lib/db/testing-server";
import { limits } from "@/scripts/test/limits.mjs";
import { LeaseLost } from "../lifecycle/interruptions";
import { claimSegment, fence, leaseMs } from "../lifecycle/lease";
import { Ledger } from "../lifecycle/ledger";
import { Meter } from "../pacing/meter";
import { openWorld, records, type World } from "../testing/testing";

const ended = ["succeeded", "succeeded-with-findings", "failed"] as const;
const missing = missingServer();

function leases(open: () => Promise<OpenedDatabase>): void {
  let world: World;
  afterEach(() => world.close());

  test("a lease is one worker's alone, and void once another has taken the segment over", async () => {
    world = await openWorld({ database: await open() });
    world.source.put({ index: "old", namespace: "n" }, records(5));
    const runId = await world.start({ namespaces: ["n"] });
    const first = await claimSegment(world.database, { runId, namespace: "n" }, "first");
    if (!first) throw new Error("the segment was free");
    expect(await claimSegment(world.database, { runId, namespace: "n" }, "second")).toBeNull();
    await world.database.run(`UPDATE "Segment" SET "leaseUntil" = clock_timestamp() - $1 * interval '1 millisecond'`, [
      leaseMs,
    ]);
    const second = await claimSegment(world.database, { runId, namespace: "n" }, "second");
    expect(second?.leaseToken).toBe(first.leaseToken + 1);

    const late = new Ledger(world.database, first, 0.15, new Meter(world.config.prices));
    late.open(0, 5, null);
    await expect(
      late.settle([{ sequence: 0, position: 0, id: "doc-00000", outcome: "written" }]),
    ).rejects.toBeInstanceOf(LeaseLost);
    await expect(world.database.transaction((sql) => fence(sql, first, `"total" = 99`))).rejects.toBeInstanceOf(
      LeaseLost,
    );
    const segment = await world.database.prisma.segment.findFirstOrThrow({ where: { runId } });
    expect([segment.written, segment.total]).toEqual([0, 0]);
    expect(await world.database.prisma.progress.count()).toBe(0);
    expect(second).not.toBeNull();
  });

  test("two starts at the same moment make one run", async () => {
    world = await openWorld({ database: await open() });
    world.source.put({ index: "old", namespace: "n" }, records(5));
    const started = await Promise.all(Array.from({ length: 8 }, () => world.start({ namespaces: ["n"] })));
    expect(new Set(started).size).toBe(1);
    expect(await world.database.prisma.run.count()).toBe(1);
  });

  test("a run over many namespaces is worked on side by side and adds up", async () => {
    world = await openWorld({ database: await open() });
    const names = Array.from({ length: 12 }, (_, number) => `customer-${number}`);
    for (const [number, namespace] of names.entries())
      world.source.put({ index: "old", namespace }, records(10 + number));
    await world.work();
    const run = await world.until(await world.start({ namespaces: names }), ended);
    expect(run).toMatchObject({ state: "succeeded", total: 186, written: 186, texts: 186 });
  });
}

describe("on the embedded database", () => leases(openTestDatabase));

describe.skipIf(missing !== null)(`on a real server${missing ? ` (${missing})` : ""}`, () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(() => server.stop());
  leases(async () => openDatabase({ url: await server.create(), dataDir: os.tmpdir() }));

  test("two workers share a run: nothing is embedded twice, and one that stops hands over", async () => {
    const url = await server.create();
    const open = () => openDatabase({ url, dataDir: os.tmpdir() });
    const one = await openWorld({ database: await open(), environment: { EMBEDDING_BATCH_SIZE: "10" } });
    const two = await openWorld({ database: await open(), environment: { EMBEDDING_BATCH_SIZE: "10" } });
    two.parts.source = one.source;
    two.parts.target = one.target;
    two.parts.embedder = one.embedder;
    two.parts.workerName = "test:2";
    const names = Array.from({ length: 10 }, (_, number) => `customer-${number}`);
    for (const namespace of names) one.source.put({ index: "old", namespace }, records(120, namespace));
    await one.work();
    await two.work();
    const runId = await one.start({ namespaces: names });
    while (one.embedder.texts.length < 300) await one.until(runId, ["running", ...ended]);
    await one.rest();
    const run = await two.until(runId, ended);
    expect(run).toMatchObject({ state: "succeeded", total: 1200, written: 1200, texts: 1200 });
    expect(new Set(one.embedder.texts).size).toBe(1200);
    expect(one.embedder.texts).toHaveLength(1200);
    await two.close();
    await one.close();
  });

  test("a worker with another model leaves a run to the one that has what it was made for", async () => {
    const url = await server.create();
    const open = () => openDatabase({ url, dataDir: os.tmpdir() });
    const fits = await openWorld({ database: await open() });
    const other = await openWorld({
      database: await open(),
      environment: { GEMINI_EMBEDDING_MODEL: "gemini-embedding-2" },
    });
    other.parts.source = fits.source;
    other.parts.target = fits.target;
    other.parts.workerName = "test:2";
    const names = Array.from({ length: 10 }, (_, number) => `customer-${number}`);
    for (const namespace of names) fits.source.put({ index: "old", namespace }, records(5, namespace));
    const left = () => fits.database.prisma.event.findMany({ where: { code: "left-to-others" } });
    // The one takes four namespaces at a time: it holds these until the other has met the rest.
    fits.embedder.before = async () => {
      while ((await left()).length === 0) await setImmediate();
    };
    await fits.work();
    await other.work();
    const run = await fits.until(await fits.start({ namespaces: names }), ended);
    expect(run).toMatchObject({ state: "succeeded", written: 50, texts: 50 });
    expect(other.embedder.calls).toBe(0);
    expect(await left()).toMatchObject([
      { actor: "test:2", message: expect.stringContaining("model gemini-embedding-001; now model gemini-embedding-2") },
    ]);
    // What each works with is told with its sign of life, the indexes as they were looked at included.
    await vi.waitFor(async () => {
      const beats = await fits.database.prisma.workerBeat.findMany();
      expect(beats).toHaveLength(2);
      expect(beats).toContainEqual(
        expect.objectContaining({
          world: expect.objectContaining({ target: expect.objectContaining({ account: "memory" }) }),
        }),
      );
    }, limits.run);
    await other.close();
    await fits.close();
  });
});
