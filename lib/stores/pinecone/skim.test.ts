import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { skim } from "./skim";

type Wire = { vectors?: Record<string, { values?: unknown }> };

const isPlain = (value: unknown) => value === null || (typeof value !== "string" && typeof value !== "object");

/** The slow and certain way: parse everything, then empty the vectors. */
function emptied(json: string): unknown {
  const answer: Wire = JSON.parse(json);
  const vectors = answer?.vectors;
  if (typeof vectors === "object" && vectors !== null && !Array.isArray(vectors)) {
    for (const record of Object.values(vectors)) {
      if (typeof record !== "object" || record === null || Array.isArray(record)) continue;
      if (Array.isArray(record.values) && record.values.every(isPlain)) record.values = [];
    }
  }
  return answer;
}
const skimmed = (json: string) => JSON.parse(skim(Buffer.from(json)).toString("utf8"));

const trap = fc.constantFrom('"values":[1,2]', "]", "[", "{", "}", '"', "\\", '\\"', "\n", "é😀", "vectors", "values");
const text = fc.array(fc.oneof(trap, fc.string({ maxLength: 5 }))).map((parts) => parts.join(""));
const key = fc.oneof(fc.constantFrom("values", "vectors", "sparseValues", "id"), text);
const metadata = fc.dictionary(key, fc.oneof(text, fc.double(), fc.boolean(), fc.array(text), fc.constant(null)));
const numbers = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { maxLength: 6 });
const record = fc.record(
  {
    values: numbers,
    id: text,
    metadata,
    sparseValues: fc.record({ indices: fc.array(fc.nat()), values: numbers }),
    odd: fc.jsonValue({ maxDepth: 3 }),
  },
  { requiredKeys: [] },
);
const vectors = fc.dictionary(
  text,
  fc.oneof({ weight: 5, arbitrary: record }, { weight: 1, arbitrary: fc.jsonValue() }),
);
const answer = fc.record(
  {
    namespace: text,
    vectors: fc.oneof({ weight: 9, arbitrary: vectors }, fc.jsonValue()),
    values: numbers,
    usage: metadata,
  },
  { requiredKeys: [] },
);
const spaced = fc.tuple(answer, fc.constantFrom(undefined, 1, 2, "\t", "\r\n"));

describe("skim", () => {
  it("answers what JSON.parse would, with the vectors emptied", () => {
    fc.assert(
      fc.property(spaced, ([body, space]) => {
        const json = JSON.stringify(body, null, space === "\r\n" ? undefined : space);
        expect(skimmed(json)).toEqual(emptied(json));
      }),
      { numRuns: 1000 },
    );
  });

  it("leaves any other JSON document as it means", () => {
    fc.assert(
      fc.property(fc.json(), (json) => {
        expect(skimmed(json)).toEqual(emptied(json));
      }),
    );
  });

  it("empties the dense vector only, and drops its bytes", () => {
    const json =
      '{ "vectors" : { "a" : { "sparseValues":{"indices":[1],"values":[0.5]}, "values" : [ 1.5 , -2e-7 ] , "metadata":{"values":["x"],"text":"\\"values\\":[1,2]"},"id":"a"}, "b":{"id":"b","values":[]} } }';
    const kept = skim(Buffer.from(json)).toString();
    expect(kept).not.toContain("-2e-7");
    expect(JSON.parse(kept)).toEqual({
      vectors: {
        a: {
          sparseValues: { indices: [1], values: [0.5] },
          values: [],
          metadata: { values: ["x"], text: '"values":[1,2]' },
          id: "a",
        },
        b: { id: "b", values: [] },
      },
    });
  });

  it("knows a key by its meaning, not by its spelling", () => {
    expect(skimmed('{"v\\u0065ctors":{"a":{"valu\\u0065s":[1,2,3]}}}')).toEqual({ vectors: { a: { values: [] } } });
  });

  it("leaves an odd vector for the reader to check", () => {
    for (const values of ["null", '"]"', '["]",1]', "[[1],[2]]", '[{"a":1}]', "{}", "1"]) {
      const json = `{"vectors":{"a":{"values":${values},"id":"a"}}}`;
      expect(skimmed(json)).toEqual(JSON.parse(json));
    }
  });

  it("gives back what isn't JSON byte for byte, whole or cut off anywhere", () => {
    const json = '{"vectors":{"a":{"id":"a","values":[1,2],"metadata":{"t":"x"}}},"namespace":"n"}';
    for (let end = 0; end < json.length; end++) {
      expect(() => skimmed(json.slice(0, end))).toThrow(SyntaxError);
    }
    expect(skim(Buffer.from("Unauthorized")).toString()).toBe("Unauthorized");
  });

  it("never mends a document that is broken outside the numbers", () => {
    fc.assert(
      fc.property(spaced, fc.nat(), fc.constantFrom("", ",", "]", "}", '"', "x"), ([body], where, put) => {
        const json = skim(Buffer.from(JSON.stringify(body))).toString();
        const at = where % (json.length + 1);
        const broken = `${json.slice(0, at)}${put}${json.slice(at + 1)}`.toWellFormed();
        let meaning: unknown;
        try {
          meaning = emptied(broken);
        } catch {
          expect(() => skimmed(broken)).toThrow();
          return;
        }
        expect(skimmed(broken)).toEqual(meaning);
      }),
      { numRuns: 500 },
    );
  });

  it("takes a fraction of the time that parsing everything takes", () => {
    const values = Array.from({ length: 3072 }, (_, at) => Math.sin(at));
    const metadata = { text: "A paragraph of a document. ".repeat(60), page: 3 };
    const ids = Array.from({ length: 100 }, (_, at) => `id-${at}`);
    const answer = Buffer.from(
      JSON.stringify({ vectors: Object.fromEntries(ids.map((id) => [id, { id, values, metadata }])) }),
    );
    const fastest = (work: () => unknown) =>
      Math.min(
        ...Array.from({ length: 5 }, () => {
          const began = performance.now();
          work();
          return performance.now() - began;
        }),
      );
    const whole = fastest(() => JSON.parse(answer.toString("utf8")));
    const heads = fastest(() => JSON.parse(skim(answer).toString("utf8")));
    expect(heads).toBeLessThan(whole / 3);
  });
});
