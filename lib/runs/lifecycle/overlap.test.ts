import { afterEach, expect, test } from "vitest";
import { z } from "zod";
import { ServiceFailure } from "@/lib/failures";
import { openWorld, records, type World } from "../testing/testing";
import { resume } from "./control-run";

const planSchema = z.object({ state: z.string() });

let world: World;
afterEach(() => world.close());

const ended = ["succeeded", "succeeded-with-findings", "failed"] as const;
const refusedKey = () =>
  new ServiceFailure({ code: "auth", service: "Hashing", operation: "embed", message: "The key was refused" });

test("a failed run doesn't go on while another writes to its namespace, and does once that has ended", async () => {
  world = await openWorld();
  world.source.put({ index: "old", namespace: "n" }, records(20));
  await world.work();
  world.embedder.before = () => {
    throw refusedKey();
  };
  const failed = await world.start({ namespaces: ["n"] });
  await world.until(failed, ["failed"]);

  let open: () => void = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  let reached: () => void = () => {};
  const atWork = new Promise<void>((resolve) => {
    reached = resolve;
  });
  world.embedder.before = () => {
    reached();
    return opened;
  };
  const other = await world.start({ namespaces: ["n"], overrides: { clearanceLevel: 2 } });
  expect(other).not.toBe(failed);
  await atWork;
  await expect(resume(world.database, failed, "test")).rejects.toMatchObject({
    code: "namespace-busy",
    what: expect.stringContaining(other),
  });
  // The same start again would resume the failed run: refused likewise.
  await expect(world.start({ namespaces: ["n"] })).rejects.toMatchObject({ code: "namespace-busy" });
  expect((await world.until(failed, ["failed"])).state).toBe("failed");

  open();
  await world.until(other, ended);
  await resume(world.database, failed, "test");
  expect(await world.until(failed, ended)).toMatchObject({ state: "succeeded", unchanged: 20, written: 0 });
});

test("whoever sees an analysis of many namespaces ended finds its plan ready", async () => {
  world = await openWorld();
  const namespaces = Array.from({ length: 24 }, (_, number) => `customer-${number}`);
  for (const namespace of namespaces) world.source.put({ index: "old", namespace }, records(3));
  await world.work();
  for (let round = 0; round < 3; round++) {
    const runId = await world.start({ kind: "plan", planKind: "mirror", namespaces });
    await world.until(runId, ended);
    const [plan] = await world.database.rows(
      planSchema,
      `SELECT p."state" FROM "Plan" p JOIN "Run" r ON r."planId" = p."id" WHERE r."id" = $1`,
      [runId],
    );
    expect(plan?.state).toBe("ready");
  }
});
