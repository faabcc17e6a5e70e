import fc from "fast-check";
import { expect, test } from "vitest";
import { packBatches } from "./batches";

test("keeps every item in order and every batch of two or more within both limits", () => {
  const sizes = fc.array(fc.nat({ max: 30 }));
  fc.assert(
    fc.property(sizes, fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 40 }), (items, count, size) => {
      const batches = packBatches(items, { count, size }, (item) => item);
      expect(batches.flat()).toEqual(items);
      for (const batch of batches) {
        expect(batch.length).toBeGreaterThan(0);
        expect(batch.length).toBeLessThanOrEqual(count);
        if (batch.length > 1) expect(batch.reduce((sum, item) => sum + item, 0)).toBeLessThanOrEqual(size);
      }
    }),
  );
});

test("fills a batch as far as the limits allow", () => {
  expect(packBatches([4, 4, 4, 4], { count: 10, size: 8 }, (item) => item)).toEqual([
    [4, 4],
    [4, 4],
  ]);
});
