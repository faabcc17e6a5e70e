import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hashText, toValues } from "./hash-text";

const cosine = (left: Int32Array, right: Int32Array) => {
  let sum = 0;
  for (const [at, value] of left.entries()) sum += value * (right[at] ?? 0) * 1e-12;
  return sum;
};

const documents = {
  cats: "The cat sleeps on the warm windowsill. Cats purr when they are petted, and kittens play with yarn.",
  dogs: "A dog barks at the mail carrier. Dogs fetch sticks, and puppies chew on old shoes in the garden.",
  tax: "The annual tax return lists income, deductions and payments. File the return with the tax office before May.",
  sql: "An index speeds up a query that filters rows of a table by a column, and slows down inserts into the table.",
  sea: "Tides rise and fall twice a day because the moon pulls at the sea; sailors read them from a table.",
};

describe("hashing a text", () => {
  it("gives the same vector every time, of the dimension asked for", () => {
    for (const dimension of [8, 1536, 3072]) {
      const vector = hashText(documents.cats, dimension);
      expect(vector).toHaveLength(dimension);
      expect(hashText(documents.cats, dimension)).toEqual(vector);
    }
  });

  it("keeps to known numbers, so that data written by an earlier release still matches", () => {
    expect([...hashText("Portage carries vectors", 8)]).toMatchInlineSnapshot(`
      [
        -590899,
        -259996,
        118180,
        -519991,
        401812,
        23636,
        -330904,
        165452,
      ]
    `);
  });

  it("has length 1 and is never all zeros, whatever the text", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "binary", maxLength: 300 }),
        fc.constantFrom(128, 1536, 3072),
        (text, dimension) => {
          const values = toValues(hashText(text, dimension));
          const length = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
          expect(length).toBeGreaterThan(0.999);
          expect(length).toBeLessThan(1.001);
        },
      ),
    );
  });

  it("gives short decimals", () => {
    for (const value of toValues(hashText(documents.sea, 1536))) expect(String(value).length).toBeLessThanOrEqual(9);
  });

  it("puts texts on the same matter next to one another", () => {
    const questions: [string, keyof typeof documents][] = [
      ["Why do cats purr?", "cats"],
      ["puppies and dogs that chew shoes", "dogs"],
      ["When must I file my tax return?", "tax"],
      ["does an index make queries on a table faster", "sql"],
      ["what makes tides rise", "sea"],
    ];
    for (const [question, expected] of questions) {
      const asked = hashText(question, 1536);
      const ranked = Object.entries(documents)
        .map(([name, text]) => ({ name, score: cosine(asked, hashText(text, 1536)) }))
        .sort((left, right) => right.score - left.score);
      expect(ranked[0]?.name).toBe(expected);
    }
  });

  it("tells Japanese texts apart", () => {
    const contract = hashText("契約の更新手続きについて説明します。", 3072);
    expect(cosine(contract, hashText("契約の更新について", 3072))).toBeGreaterThan(
      cosine(contract, hashText("天気予報によると明日は晴れです。", 3072)) + 0.2,
    );
  });

  it("makes vectors of different salts strangers to one another", () => {
    expect(Math.abs(cosine(hashText(documents.cats, 3072, 0), hashText(documents.cats, 3072, 1)))).toBeLessThan(0.1);
  });
});
