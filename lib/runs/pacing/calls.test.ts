import { afterAll, beforeAll, expect, test } from "vitest";
import type { OpenedDatabase } from "@/lib/db/contract";
import { openTestDatabase } from "@/lib/db/testing";
import { ServiceFailure } from "@/lib/failures";
import type { Wait } from "../lifecycle/wait-board";
import { Calls } from "./calls";
import { Quotas } from "./quota";

let database: OpenedDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

test("a call that waits for its turn after a service failed says what failed, not the quota that the turn is of", async () => {
  const waits: (Wait | null)[] = [];
  const calls = new Calls({
    quotas: new Quotas(database),
    drain: new AbortController().signal,
    abort: new AbortController().signal,
    onWait: (wait) => waits.push(wait),
    onTrouble: () => {},
  });
  // One call in a second and a half: the second attempt waits for its turn longer than for the service.
  const allowance = { key: "calls/slow", perSecond: 1 / 1.5, words: "Test's requests per minute" };
  let attempts = 0;
  await calls.make([{ allowance, units: 1 }], async () => {
    attempts++;
    if (attempts === 1)
      throw new ServiceFailure({
        ...{
          code: "unavailable",
          service: "Test",
          operation: "embed",
          message: "The model is overloaded.",
          status: 503,
        },
      });
  });
  expect(attempts).toBe(2);
  const told = waits.filter((wait) => wait !== null);
  expect(told.map(({ words, trouble }) => [words, trouble])).toEqual([
    ["Test (HTTP 503: The model is overloaded.), attempt 2", true],
  ]);
});
