import { readFileSync } from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FormatError } from "../format-error";
import { readPickle } from "./read-pickle";
import { rowsOfPickle } from "./rows-of-pickle";
import { toJson } from "./to-json";

const folder = path.join(import.meta.dirname, "../fixtures/files");
const file = (name: string) => readFileSync(path.join(folder, "pickles", name));
const expected: { texts: string[]; vectors: string[] } = JSON.parse(
  readFileSync(path.join(folder, "expected.json"), "utf8"),
);
const bytesOf = (values: Float32Array | null) =>
  values && Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString("base64");
const faultOf = (bytes: Buffer) => {
  try {
    readPickle(bytes);
    return null;
  } catch (error) {
    return error instanceof FormatError ? error : Promise.reject(error);
  }
};

describe.each([0, 1, 2, 3, 4, 5])("protocol %i", (protocol) => {
  it("gives columns of a dict, numpy's floats bit for bit", () => {
    const rows = [...rowsOfPickle(readPickle(file(`columns.${protocol}.pkl`)))];
    expect(rows.map((row) => row.id)).toEqual(expected.texts.map((_, index) => `p${index}`));
    expect(rows.map((row) => row.text)).toEqual(expected.texts);
    expect(rows.map((row) => bytesOf(row.values))).toEqual(expected.vectors);
    expect(rows[3]?.metadata).toEqual(
      new Map<string, unknown>([
        ["page", 3],
        ["tags", ["a", "b"]],
        ["nested", new Map([["none", null]])],
      ]),
    );
  });

  it("gives rows of tuples with arrays of float64", () => {
    const rows = [...rowsOfPickle(readPickle(file(`rows.${protocol}.pkl`)))];
    expect(rows.map((row) => bytesOf(row.values))).toEqual(expected.vectors);
    expect(rows.map((row) => [row.id, row.text])).toEqual(expected.texts.map((text, index) => [`p${index}`, text]));
  });

  it("gives a list of texts, and numbers of every size", () => {
    expect(readPickle(file(`texts.${protocol}.pkl`))).toEqual(expected.texts);
    const [row] = rowsOfPickle(readPickle(file(`numbers.${protocol}.pkl`)));
    const numbers = readPickle(file(`numbers.${protocol}.pkl`));
    expect(row?.text).toBe("n");
    expect(toJson(numbers)).toEqual([
      new Map<string, unknown>([
        ["text", "n"],
        [
          "values",
          [
            0,
            -1,
            255,
            2147483648,
            -2147483648,
            9007199254740993n,
            -9223372036854775808n,
            18446744073709551616n,
            10n ** 30n,
            0.1,
            -0,
          ],
        ],
      ]),
    ]);
  });
});

describe("what is no plain data", () => {
  it.each([
    ["runs-system.pkl", "posix.system"],
    ["runs-import.pkl", "builtins.__import__"],
    ["runs-eval.pkl", "builtins.eval"],
  ])("%s is refused by name", (name, called) => {
    const fault = faultOf(file(name));
    expect(fault).toMatchObject({ fault: "refused" });
    expect(fault).toHaveProperty("message", expect.stringContaining(called));
  });

  it.each([
    ["a reference to outside", "\x80\x04P1\n."],
    ["a class by number", "\x80\x04\x82\x01."],
    ["a buffer outside", "\x80\x05\x97."],
  ])("%s is refused", (_, text) => {
    expect(faultOf(Buffer.from(text, "latin1"))).toMatchObject({ fault: "refused" });
  });
});

describe("vectors by other forms", () => {
  const rowsOf = (text: string) =>
    [...rowsOfPickle(readPickle(Buffer.from(text)))].map(({ id, text: of, values }) => [id, of, values && [...values]]);

  it("are read from texts and vectors dumped together, and by their IDs alone", () => {
    const vectors = "(l(lF0.5\naF1.0\naa(lF2.0\naF3.0\naa";
    expect(rowsOf(`((lS'one'\naS'two'\na${vectors}t.`)).toEqual([
      ["0", "one", [0.5, 1]],
      ["1", "two", [2, 3]],
    ]);
    expect(rowsOf("(dS'k'\n(lF0.5\naF1.0\nas.")).toEqual([["k", null, [0.5, 1]]]);
    expect(rowsOf(`${vectors}.`)).toEqual([
      ["0", null, [0.5, 1]],
      ["1", null, [2, 3]],
    ]);
  });
});

describe("what is damaged", () => {
  it("says how far a file goes that is cut off anywhere", () => {
    const whole = file("columns.4.pkl");
    for (let length = 2; length < whole.length; length += 7)
      expect(faultOf(whole.subarray(0, length))).toMatchObject({ fault: "truncated" });
  });

  it("refuses huge lengths without making room for them", () => {
    const before = process.memoryUsage().arrayBuffers;
    for (const text of [
      "\x80\x04\x8e\xff\xff\xff\xff\xff\xff\x0f\x00.",
      "\x80\x04B\xff\xff\xff\x7f.",
      "\x80\x04\x8d\xff\xff\xff\xff\xff\xff\xff\xff.",
    ])
      expect(faultOf(Buffer.from(text, "latin1"))).toBeInstanceOf(FormatError);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1_000_000);
  });

  it("says that an empty or foreign file is no pickle", () => {
    expect(faultOf(Buffer.alloc(0))).toMatchObject({ fault: "foreign" });
    expect(faultOf(Buffer.from("%PDF-1.7"))).toMatchObject({ fault: "foreign" });
  });

  it("follows lists nested a hundred thousand deep, and stops metadata that holds itself", () => {
    const deep = Buffer.concat([Buffer.alloc(100_000, "]"), Buffer.alloc(99_999, "a"), Buffer.from(".")]);
    expect(Array.isArray(readPickle(deep))).toBe(true);
    expect(() => toJson(readPickle(Buffer.from("\x80\x04]\x94h\x00a.", "latin1")))).toThrow(FormatError);
  });

  it("never fails with anything but words, whatever bytes are changed", () => {
    const whole = file("columns.4.pkl");
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 5 }),
        (changes) => {
          const bytes = Buffer.from(whole);
          for (const [at, value] of changes) bytes[at] = value;
          expect(faultOf(bytes) ?? new FormatError("foreign", "")).toBeInstanceOf(FormatError);
        },
      ),
      { numRuns: 500 },
    );
  });
});
