import fc from "fast-check";
import { expect, test } from "vitest";
import { orderedMap } from "./ordered-map";

/** A promise and how to resolve it. */
function gate<T = void>() {
  let open: (value: T) => void = () => {};
  const opened = new Promise<T>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}

async function* from<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const collected: T[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}

test("keeps the order and the bound, whatever finishes first", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat({ max: 5 })), fc.integer({ min: 1, max: 5 }), async (turns, concurrency) => {
      let underWay = 0;
      const slow = async (turn: number) => {
        underWay++;
        expect(underWay).toBeLessThanOrEqual(concurrency);
        for (let passed = 0; passed < turn; passed++) await Promise.resolve();
        underWay--;
        return turn * 2;
      };
      expect(await collect(orderedMap(from(turns), concurrency, slow))).toEqual(turns.map((turn) => turn * 2));
    }),
  );
});

test("gives a result while the next item is still awaited", async () => {
  const never = gate();
  async function* stalling(): AsyncGenerator<number> {
    yield 1;
    await never.opened;
    yield 2;
  }
  const results = orderedMap(stalling(), 3, async (item) => item);
  expect((await results.next()).value).toBe(1);
  never.open();
  expect((await results.next()).value).toBe(2);
  expect((await results.next()).done).toBe(true);
});

test("begins the next item while the first result is still awaited", async () => {
  const first = gate<string>();
  const begun: number[] = [];
  const secondBegun = gate();
  const results = orderedMap(from([1, 2, 3]), 2, (item) => {
    begun.push(item);
    if (item === 2) secondBegun.open();
    return item === 1 ? first.opened : Promise.resolve(String(item));
  });
  const one = results.next();
  await secondBegun.opened;
  expect(begun).toEqual([1, 2]);
  first.open("1");
  expect((await one).value).toBe("1");
  expect(await collect(results)).toEqual(["2", "3"]);
});

test("a failure ends it, in its place", async () => {
  const results = orderedMap(from([1, 2, 3]), 3, async (item) => {
    if (item === 2) throw new Error("two");
    return item;
  });
  expect((await results.next()).value).toBe(1);
  await expect(results.next()).rejects.toThrow("two");
});

test("a source that fails fails it, after what came before", async () => {
  async function* failing(): AsyncGenerator<number> {
    yield 1;
    throw new Error("no more");
  }
  const results = orderedMap(failing(), 1, async (item) => item);
  expect((await results.next()).value).toBe(1);
  await expect(results.next()).rejects.toThrow("no more");
});
