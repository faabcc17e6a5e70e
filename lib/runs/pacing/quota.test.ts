import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { OpenedDatabase } from "@/lib/db/contract";
import { openTestDatabase } from "@/lib/db/testing";
import { Drained, WaitUntil } from "../lifecycle/interruptions";
import { pauseAfter } from "./calls";
import { type Allowance, Quotas } from "./quota";

let database: OpenedDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

const never = new AbortController().signal;
let numbered = 0;
const allowance = (perSecond: number, more: Partial<Allowance> = {}): Allowance => ({
  key: `test/${numbered++}`,
  perSecond,
  words: "Test's requests per second",
  ...more,
});

test("two workers together never get more than the rate in any stretch of time", async () => {
  const rate = 400;
  const shared = allowance(rate);
  const workers = [new Quotas(database), new Quotas(database)];
  const sizes = fc.sample(fc.integer({ min: 5, max: 40 }), { numRuns: 24, seed: 7 });
  const granted: { at: number; units: number }[] = [];
  const started = performance.now();
  await Promise.all(
    workers.map(async (worker, which) => {
      for (const [at, units] of sizes.entries()) {
        if (at % 2 !== which) continue;
        await worker.take(shared, units, never);
        granted.push({ at: performance.now(), units });
      }
    }),
  );
  const total = sizes.reduce((sum, units) => sum + units, 0);
  // What is granted up to a moment, the latest grant of each worker apart, has been earned by time, give or take a timer's tick.
  const elapsed = (performance.now() - started) / 1000;
  const last = Math.max(...sizes) * workers.length;
  expect(total - last).toBeLessThanOrEqual(rate * (elapsed + 0.05));
  for (const from of granted) {
    for (const to of granted.filter((grant) => grant.at > from.at)) {
      const within = granted.filter((grant) => grant.at > from.at && grant.at <= to.at);
      const units = within.reduce((sum, grant) => sum + grant.units, 0);
      expect(units).toBeLessThanOrEqual(rate * ((to.at - from.at) / 1000 + 0.1) + 2 * 40);
    }
  }
});

test("a refusal stops every worker for as long as the service asked, and says for what", async () => {
  const shared = allowance(10_000);
  const [one, two] = [new Quotas(database), new Quotas(database)];
  await one.take(shared, 1, never);
  await one.refused(shared, 300, "Test's tokens per minute");
  const waits: { ms: number; words: string }[] = [];
  const started = performance.now();
  await two.take(shared, 1, never, (ms, words) => waits.push({ ms, words }));
  expect(performance.now() - started).toBeGreaterThan(250);
  expect(waits).toEqual([{ ms: expect.any(Number), words: "Test's tokens per minute" }]);
});

test("after a refusal the rate is lower, and grows back with time", async () => {
  const shared = allowance(100);
  const quotas = new Quotas(database);
  await quotas.take(shared, 1, never);
  await quotas.refused(shared, 1, "x");
  const share = async () => (await database.prisma.quota.findUniqueOrThrow({ where: { key: shared.key } })).share;
  expect(await share()).toBeCloseTo(0.7);
  await database.run(`UPDATE "Quota" SET "shareAt" = "shareAt" - 15000 WHERE "key" = $1`, [shared.key]);
  await quotas.take(shared, 20, never);
  expect(await share()).toBeCloseTo(0.85, 1);
});

test("a wait that is called off gives its units back", async () => {
  const shared = allowance(1);
  const quotas = new Quotas(database);
  await quotas.take(shared, 1, never);
  const drain = new AbortController();
  const waiting = quotas.take(shared, 1000, drain.signal, () => drain.abort());
  await expect(waiting).rejects.toBeInstanceOf(Drained);
  const waits: number[] = [];
  const next = new AbortController();
  await quotas
    .take(shared, 1, next.signal, (ms) => {
      waits.push(ms);
      next.abort();
    })
    .catch(() => {});
  expect(waits[0]).toBeLessThan(2100);
});

test("a day's allowance ends with the hour of its renewal, and begins again the next day", async () => {
  const renewedAt = new Date("2026-11-22T08:00:00Z");
  let day = "2026-11-21";
  const shared = allowance(1e6, {
    words: "Test's requests per minute",
    daily: { limit: 10, day: () => day, renewedAt: () => renewedAt },
  });
  const quotas = new Quotas(database);
  await quotas.take(shared, 7, never);
  const refused = await quotas.take(shared, 4, never).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(WaitUntil);
  expect(refused).toMatchObject({ until: renewedAt, words: "Test's requests per day" });
  await quotas.take(shared, 3, never);
  day = "2026-11-22";
  await quotas.take(shared, 10, never);
});

test("pauses grow, keep to a ceiling, and never fall short of what the service asked for", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1000 }),
      fc.option(fc.integer({ min: 0, max: 100_000 })),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (attempt, asked, chance) => {
        const pause = pauseAfter(attempt, asked ?? undefined, () => chance);
        expect(pause).toBeGreaterThan(0);
        if (asked === null) expect(pause).toBeLessThanOrEqual(30_000);
        else expect(pause).toBeGreaterThanOrEqual(asked);
        expect(pauseAfter(attempt + 1, asked ?? undefined, () => chance)).toBeGreaterThanOrEqual(pause);
      },
    ),
  );
});

test("a clock that is set back makes nobody wait until it is where it was; what is refused stays refused as long", async () => {
  const shared = allowance(100);
  const quotas = new Quotas(database);
  await quotas.take(shared, 1, never);
  const hour = 3_600_000;
  const setBack = () =>
    database.run(
      `UPDATE "Quota" SET "arrival" = "arrival" + $2, "shareAt" = "shareAt" + $2, "blockedUntil" = "blockedUntil" + $2 WHERE "key" = $1`,
      [shared.key, hour],
    );
  const waited: number[] = [];
  await setBack();
  await new Quotas(database).take(shared, 1, never, (ms) => waited.push(ms));
  await quotas.refused(shared, 500, "refused");
  await setBack();
  await new Quotas(database).take(shared, 1, never, (ms) => waited.push(ms));
  expect(Math.max(...waited)).toBeLessThan(1000);
  expect(Math.max(...waited)).toBeGreaterThan(100);
});
