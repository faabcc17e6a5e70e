import fc from "fast-check";
import { expect, it } from "vitest";
import { documentWith, heldIn } from "./held";

const name = fc.stringMatching(/^[a-z]{1,4}$/);

it("finds what a document was made with, however deep", () => {
  fc.assert(
    fc.property(
      fc.array(name, { minLength: 1, maxLength: 4 }),
      fc.oneof(fc.integer(), fc.string(), fc.boolean()),
      (steps, value) => {
        const field = steps.join(".");
        expect(heldIn(documentWith(field, value), field)).toEqual({ state: "value", value });
      },
    ),
  );
});

it.each<[unknown, string, object]>([
  [{}, "a", { state: "absent" }],
  [{ a: null }, "a", { state: "absent" }],
  [{ a: [] }, "a", { state: "absent" }],
  [{ a: [null] }, "a", { state: "absent" }],
  [{ a: 0 }, "a", { state: "value", value: 0 }],
  [{ a: "" }, "a", { state: "value", value: "" }],
  [{ a: [1] }, "a", { state: "other" }],
  [{ a: {} }, "a", { state: "other" }],
  [{ a: { c: 1 } }, "a.b", { state: "absent" }],
  [{ a: [{ b: 1 }] }, "a.b", { state: "other" }],
  [{ a: 5 }, "a.b", { state: "other" }],
  [{ "a.b": 5 }, "a.b", { state: "other" }],
  [{ "a.b": { c: 5 } }, "a.b.c", { state: "other" }],
  [{ a: { "b.c": 5 } }, "a.b.c", { state: "other" }],
  [{ "a.bc": 5 }, "a.b", { state: "absent" }],
  [undefined, "a", { state: "other" }],
])("reads %j at %s", (source, field, expected) => {
  expect(heldIn(source, field)).toMatchObject(expected);
});
