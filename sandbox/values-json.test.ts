import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bytesToFloats, floatsToBytes, floatsToJson, millionthsToJson } from "./values-json";

describe("vectors as JSON", () => {
  it("reads back as the float32 values that were written, whatever they are", () => {
    fc.assert(
      fc.property(fc.float32Array({ noNaN: true, noDefaultInfinity: true, maxLength: 50 }), (values) => {
        const read: unknown = JSON.parse(floatsToJson(values).toString());
        expect(Float32Array.from(Array.isArray(read) ? read : [])).toEqual(values.map((value) => value + 0));
      }),
    );
  });

  it("writes whole millionths as the shortest decimals", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -2_000_000, max: 2_000_000 }), { maxLength: 50 }), (millionths) => {
        const written = millionthsToJson(Int32Array.from(millionths)).toString();
        const expected = millionths.map((value) => value / 1e6);
        expect(JSON.parse(written)).toEqual(expected);
        if (millionths.every((value) => value === 0 || Math.abs(value) > 1)) {
          expect(written.length).toBeLessThanOrEqual(JSON.stringify(expected).length);
        }
      }),
    );
    expect(millionthsToJson(Int32Array.of(0, 18_234, -500_000, 1)).toString()).toBe("[0,0.018234,-0.5,0.000001]");
  });

  it("writes stored values that began as short decimals as short decimals again", () => {
    expect(floatsToJson(Float32Array.of(0.018234, -0.25, 0.1)).toString()).toBe("[0.018234,-0.25,0.1]");
  });

  it("keeps values through bytes, wherever these begin", () => {
    const values = Float32Array.of(1.5, -2.25, 3e-30);
    const shifted = Buffer.concat([Buffer.from([7]), floatsToBytes(values)]).subarray(1);
    expect(bytesToFloats(shifted)).toEqual(values);
  });
});
