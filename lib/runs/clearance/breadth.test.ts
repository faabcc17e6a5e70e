import fc from "fast-check";
import { expect, test } from "vitest";
import { Breadth } from "./breadth";

test("stays between one and the most, whatever happens", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 64 }), fc.array(fc.tuple(fc.boolean(), fc.nat(3000))), (most, answers) => {
      let time = 0;
      const breadth = new Breadth(
        most,
        () => {},
        () => time,
      );
      for (const [throttled, afterMs] of answers) {
        time += afterMs;
        if (throttled) breadth.throttled();
        else breadth.answered();
        expect(breadth.current).toBeGreaterThanOrEqual(1);
        expect(breadth.current).toBeLessThanOrEqual(most);
      }
    }),
  );
});

test("a burst of refusals halves it once; answers widen it to where it was, and say so", () => {
  let time = 0;
  const heard: number[] = [];
  const breadth = new Breadth(
    8,
    (width) => heard.push(width),
    () => time,
  );
  for (let refusal = 0; refusal < 20; refusal++) breadth.throttled();
  expect(breadth.current).toBe(4);
  time = 1000;
  breadth.throttled();
  expect(breadth.current).toBe(2);
  for (let answer = 0; answer < 2 * 4; answer++) breadth.answered();
  expect(breadth.current).toBe(3);
  for (let answer = 0; answer < 1000; answer++) breadth.answered();
  expect(heard).toEqual([4, 2, 3, 4, 5, 6, 7, 8]);
});

test("refusals that go on keep it from widening", () => {
  let time = 0;
  const breadth = new Breadth(
    8,
    () => {},
    () => time,
  );
  for (let second = 0; second < 10; second++, time += 1000) {
    breadth.throttled();
    breadth.answered();
  }
  expect(breadth.current).toBe(1);
});
