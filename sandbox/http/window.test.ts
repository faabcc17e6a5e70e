import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Window } from "./window";

const spanMs = 60_000;
const calls = fc.array(fc.record({ after: fc.nat(30_000), amount: fc.integer({ min: 1, max: 40 }) }), {
  maxLength: 200,
});

describe("a sliding window", () => {
  it("never admits more than its limit in any span", () => {
    fc.assert(
      fc.property(calls, (wanted) => {
        const window = new Window(100, spanMs);
        const admitted: { at: number; amount: number }[] = [];
        let now = 0;
        for (const { after, amount } of wanted) {
          now += after;
          if (window.waitFor(amount, now) > 0) continue;
          window.take(amount, now);
          admitted.push({ at: now, amount });
        }
        for (const { at: end } of admitted) {
          const inSpan = admitted.filter(({ at }) => at > end - spanMs && at <= end);
          expect(inSpan.reduce((sum, { amount }) => sum + amount, 0)).toBeLessThanOrEqual(100);
        }
      }),
    );
  });

  it("admits a call once the time that it named has passed, and not a millisecond earlier", () => {
    fc.assert(
      fc.property(calls, fc.integer({ min: 1, max: 100 }), (wanted, amount) => {
        const window = new Window(100, spanMs);
        let now = 0;
        for (const call of wanted) {
          now += call.after;
          if (window.waitFor(call.amount, now) === 0) window.take(call.amount, now);
        }
        const wait = window.waitFor(amount, now);
        if (wait === 0) return;
        expect(window.waitFor(amount, now + wait - 1)).toBe(1);
        expect(window.waitFor(amount, now + wait)).toBe(0);
      }),
    );
  });

  it("makes an amount above the limit wait a whole span", () => {
    expect(new Window(10, spanMs).waitFor(11, 0)).toBe(spanMs);
  });
});
