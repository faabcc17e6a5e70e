import { afterEach, expect, test } from "vitest";
import { ServiceFailure } from "@/lib/failures";
import { claimSegment } from "../lifecycle/lease";
import { openWorld, records, type World } from "../testing/testing";

let world: World;
afterEach(() => world.close());

const ended = ["succeeded", "succeeded-with-findings", "failed"] as const;

/** As another worker does when it takes a namespace over from one that seemed dead. */
const takeOver = () =>
  world.database.run(
    `UPDATE "Segment" SET "leaseToken" = "leaseToken" + 1, "leaseOwner" = 'other', "leaseUntil" = clock_timestamp() + interval '1 hour'`,
  );

/** Resolves when the engine says that it let a namespace go. */
function lettingGo(): Promise<void> {
  return new Promise((resolve) => {
    world.parts.log = {
      ...world.parts.log,
      warn: (_, message) => (message.startsWith("another worker has taken") ? resolve() : undefined),
    };
  });
}

test("whoever has lost the lease while listing writes down nothing of it, embeds nothing and writes nothing", async () => {
  world = await openWorld();
  world.source.put({ index: "old", namespace: "n" }, records(250));
  let taken = false;
  world.parts.source = {
    ...world.source,
    listIds: async (...call) => {
      if (!taken) await takeOver();
      taken = true;
      return world.source.listIds(...call);
    },
  };
  const letGo = lettingGo();
  await world.work();
  const runId = await world.start({ namespaces: ["n"] });
  await letGo;
  expect(await world.database.prisma.chunk.count()).toBe(0);
  expect(await world.database.prisma.segment.findFirstOrThrow({ where: { runId } })).toMatchObject({
    total: 0,
    written: 0,
    leaseOwner: "other",
  });
  expect([world.embedder.calls, world.target.calls.upsert]).toEqual([0, 0]);
});

test("whoever has lost the lease in the middle of a request cuts it off", async () => {
  world = await openWorld();
  world.source.put({ index: "old", namespace: "n" }, records(5));
  const letGo = lettingGo();
  world.embedder.before = async (_, signal) => {
    await takeOver();
    await new Promise<void>((cut) => signal?.addEventListener("abort", () => cut()));
    throw new ServiceFailure({ code: "aborted", service: "Hashing", operation: "embed", message: "cut off" });
  };
  await world.work();
  await world.start({ namespaces: ["n"] });
  await letGo;
  expect(world.target.calls.upsert).toBe(0);
});

test("with the embedded database a new process goes on at once, though a killed one's lease would still last", async () => {
  world = await openWorld();
  world.source.put({ index: "old", namespace: "n" }, records(5));
  const runId = await world.start({ namespaces: ["n"] });
  expect(await claimSegment(world.database, { runId, namespace: "n" }, "killed")).not.toBeNull();
  await world.database.run(`UPDATE "Segment" SET "leaseUntil" = clock_timestamp() + interval '1 hour'`);
  await world.work();
  expect(await world.until(runId, ended)).toMatchObject({ state: "succeeded", total: 5, written: 5, texts: 5 });
});
