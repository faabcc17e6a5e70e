import fc from "fast-check";
import { expect, test } from "vitest";
import { addLoads, loadAt, loadOf, noLoad, packCosts } from "./costs";

const costs = fc.array(fc.record({ tokens: fc.nat(10_000), bytes: fc.nat(40_960) }), { maxLength: 50 });

test("what is taken out and what is left add up to the whole", () => {
  fc.assert(
    fc.property(costs, fc.infiniteStream(fc.boolean()), (all, out) => {
      const chosen = all.map(() => out.next().value === true);
      const packed = packCosts(all);
      const at = (wanted: boolean) => chosen.flatMap((one, position) => (one === wanted ? [position] : []));
      expect(addLoads(loadAt(packed, at(true)), loadAt(packed, at(false)))).toEqual(loadOf(all));
      expect(addLoads(loadOf(all), loadAt(packed, at(true)), -1)).toEqual(loadAt(packed, at(false)));
    }),
  );
});

test("changes of which nothing is known count as records that cost nothing", () => {
  expect(loadAt("", [0, 5])).toEqual({ ...noLoad, records: 2 });
});
