import fc from "fast-check";
import { expect, test } from "vitest";
import { Drained } from "../lifecycle/interruptions";
import { type Clock, Pace } from "./pace";

/** Time that moves only while somebody sleeps, and what happens meanwhile. */
class FakeClock implements Clock {
  time = 0;
  private readonly happenings: { at: number; happen: () => void }[] = [];

  at(time: number, happen: () => void): void {
    this.happenings.push({ at: time, happen });
    this.happenings.sort((one, other) => one.at - other.at);
  }

  now(): number {
    return this.time;
  }

  async sleep(ms: number, signal: AbortSignal): Promise<void> {
    const end = this.time + ms;
    while (!signal.aborted) {
      const next = this.happenings[0];
      if (!next || next.at > end) {
        this.time = end;
        return;
      }
      this.happenings.shift();
      this.time = Math.max(this.time, next.at);
      next.happen();
    }
  }
}

const never = new AbortController().signal;

/** Takes all in portions; answers when how many were let through. */
async function takeAll(pace: Pace, clock: FakeClock, documents: number) {
  const taken: { at: number; count: number }[] = [];
  for (let left = documents; left > 0; ) {
    const count = await pace.take(left, never);
    taken.push({ at: clock.time, count });
    left -= count;
  }
  return taken;
}

test("no stretch of time holds more than the limit and one portion, and no time is wasted", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 50_000 }),
      fc.integer({ min: 1, max: 5000 }),
      async (limit, documents) => {
        const clock = new FakeClock();
        const pace = new Pace(limit, clock);
        const taken = await takeAll(pace, clock, documents);
        const portion = Math.max(1, Math.floor(limit / 4));
        let most = 0;
        for (const [from, first] of taken.entries()) {
          let sum = 0;
          for (const { at, count } of taken.slice(from, from + 12)) {
            sum += count;
            most = Math.max(most, sum - ((at - first.at) / 1000) * limit);
          }
        }
        expect(most).toBeLessThanOrEqual(portion + 1e-6);
        expect(clock.time).toBeLessThanOrEqual((documents / limit) * 1000 + 1e-6);
      },
    ),
  );
});

test("a new limit is obeyed at once, also by whoever waits for the old one", async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 2000 }), fc.integer({ min: 1, max: 2000 }), async (before, after) => {
      const clock = new FakeClock();
      const pace = new Pace(before, clock);
      clock.at(5000, () => pace.set(after));
      const taken = await takeAll(pace, clock, before * 6 + after * 5);
      const count = (from: number, to: number) =>
        taken.filter(({ at }) => at >= from && at < to).reduce((sum, one) => sum + one.count, 0);
      expect(count(6000, 9000)).toBeLessThanOrEqual(after * 3 + Math.max(1, after / 4));
      expect(count(6000, 9000)).toBeGreaterThanOrEqual(after * 3 - Math.max(1, after / 4) - 1);
    }),
  );
});

test("without a limit nobody waits, and one that is lifted lets everybody go", async () => {
  const clock = new FakeClock();
  const pace = new Pace(1, clock);
  clock.at(1500, () => pace.set(null));
  await takeAll(pace, clock, 1000);
  expect(clock.time).toBe(1500);
  expect(await pace.take(1000, never)).toBe(1000);
});

test("whoever waits is let go when the run is asked to stop, and tells how long the wait would be", async () => {
  const clock = new FakeClock();
  const pace = new Pace(1, clock);
  const stop = new AbortController();
  const waits: number[] = [];
  await pace.take(1, stop.signal, (ms) => waits.push(ms));
  clock.at(300, () => stop.abort());
  await expect(pace.take(1, stop.signal, (ms) => waits.push(ms))).rejects.toBeInstanceOf(Drained);
  expect(clock.time).toBe(300);
  expect(waits).toEqual([1000]);
});
