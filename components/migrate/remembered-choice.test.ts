import { expect, test } from "vitest";
import { keepNames, readNames } from "./remembered-choice";

/** A tab's storage that takes so many characters a key. */
function storageOf(most: number) {
  const held = new Map<string, string>();
  return {
    getItem: (key: string) => held.get(key) ?? null,
    removeItem: (key: string) => void held.delete(key),
    setItem(key: string, value: string) {
      if (value.length > most) throw new DOMException("full", "QuotaExceededError");
      held.set(key, value);
    },
  };
}

const many = Array.from({ length: 3000 }, (_, at) => `customer-${at}`);

test("a long selection is kept whole, and forgotten when it isn't long any more", () => {
  const storage = storageOf(5_000_000);
  expect(keepNames(storage, "choice", many)).toBe(true);
  expect(readNames(storage, "choice")).toEqual(many);
  expect(keepNames(storage, "choice", null)).toBe(true);
  expect(readNames(storage, "choice")).toBe(null);
});

test("a storage that is full or not there says so, and never answers with an older selection", () => {
  const storage = storageOf(100);
  expect(keepNames(storage, "choice", ["a", "b"])).toBe(true);
  expect(keepNames(storage, "choice", many)).toBe(false);
  expect(readNames(storage, "choice")).toBe(null);
  expect(keepNames(null, "choice", many)).toBe(false);
});

test("what somebody else wrote under the key is no selection", () => {
  const storage = storageOf(100);
  for (const value of ["{", "{}", "[1]", "null"]) {
    storage.setItem("choice", value);
    expect(readNames(storage, "choice")).toBe(null);
  }
});
