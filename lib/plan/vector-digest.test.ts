import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeDigests, digestLength, encodeDigests, vectorDigest } from "./vector-digest";

const vector = fc.array(fc.double({ noNaN: true, min: -1, max: 1 }), { minLength: 1, maxLength: 40 });

test("a vector that was kept as 32-bit floats and came back as JSON has the digest of the one that was sent", () => {
  fc.assert(
    fc.property(vector, (values) => {
      const back: number[] = JSON.parse(JSON.stringify(values.map(Math.fround)));
      expect(vectorDigest(back)).toBe(vectorDigest(values));
    }),
  );
});

test("another vector has another digest, be it by one number's last bit", () => {
  const values = Array.from({ length: 3072 }, (_, at) => Math.fround(Math.sin(at)));
  const other = values.with(1500, Math.fround((values[1500] ?? 0) * (1 + 2 ** -23)));
  expect(vectorDigest(other)).not.toBe(vectorDigest(values));
  expect(vectorDigest(values.toReversed())).not.toBe(vectorDigest(values));
  expect(vectorDigest([-0, 1])).toBe(vectorDigest([0, 1]));
});

test("digests are stored in eight characters each and read as they were; what doesn't fit is not known", () => {
  fc.assert(
    fc.property(fc.uint32Array({ maxLength: 20 }), (digests) => {
      const text = encodeDigests(digests);
      expect(text).toHaveLength(digests.length * digestLength);
      expect(decodeDigests(text, digests.length)).toEqual(digests);
    }),
  );
  expect([...decodeDigests("", 2)]).toEqual([0, 0]);
});
