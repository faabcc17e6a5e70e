import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { vectorJson } from "./vector-json";

const parsed = (values: readonly number[]): unknown => JSON.parse(Buffer.from(vectorJson(values) ?? []).toString());

/** Numbers as embedding services send them: so many decimals, or a float32 in its shortest form. */
const decimals = fc
  .tuple(fc.integer({ min: -(10 ** 15), max: 10 ** 15 }), fc.integer({ min: 0, max: 18 }))
  .map(([number, places]) => Number(`${number}e-${places}`));
const singles = fc.float({ noNaN: true, noDefaultInfinity: true });

describe("a vector as JSON", () => {
  it("gives the same doubles back, bit for bit, whatever the number", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.double({ noNaN: true, noDefaultInfinity: true }),
            decimals,
            singles,
            fc.double({ min: -1, max: 1, noNaN: true }),
          ),
        ),
        (values) => {
          expect(parsed(values)).toStrictEqual(values);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it("keeps numbers at the edges of what is written without an exponent", () => {
    const edges = [
      0,
      -0,
      1,
      -1,
      0.1,
      0.3,
      1 - 2 ** -53,
      1e-9,
      1e-12,
      5e-13,
      5e-324,
      1.7976931348623157e308,
      0.999999999,
      0.9999999999995,
    ];
    expect(parsed(edges)).toStrictEqual(edges);
    expect(parsed([])).toStrictEqual([]);
  });

  it("is as short as what JSON.stringify writes, for what embeddings hold", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.integer({ min: -999_999_999, max: 999_999_999 }).map((number) => number / 1e9),
          { minLength: 1 },
        ),
        (values) => {
          const known = values.map((value) => (Math.abs(value) < 1e-6 ? 0.5 : value));
          expect(Buffer.from(vectorJson(known) ?? []).toString()).toBe(JSON.stringify(known));
        },
      ),
    );
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
    "refuses %d, which JSON can't carry",
    (value) => {
      expect(vectorJson([0.5, value])).toBeNull();
    },
  );

  it("takes vectors of any length, one after another", () => {
    for (const dimension of [1, 20_000, 3]) {
      const values = Array.from({ length: dimension }, (_, at) => -(at + 1) / 7919e4);
      expect(parsed(values)).toStrictEqual(values);
    }
  });
});
