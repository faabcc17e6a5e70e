import { describe, expect, it } from "vitest";
import { add, type Choice, isChosen, isEmpty, toggle } from "./choice";

const none: Choice = { all: false, names: [] };

describe("choosing namespaces", () => {
  it("takes a name in and back out, the default namespace's empty name too", () => {
    const chosen = toggle(none, "");
    expect(isChosen(chosen, "")).toBe(true);
    expect(isEmpty(chosen)).toBe(false);
    expect(isEmpty(toggle(chosen, ""))).toBe(true);
  });

  it("adds each name once", () => {
    expect(add(toggle(none, "a"), ["a", "b"])).toEqual({ all: false, names: ["a", "b"] });
  });

  it("holds every name while all are chosen, and narrows down to the one that is clicked", () => {
    expect(isChosen({ all: true }, "anything")).toBe(true);
    expect(add({ all: true }, ["a"])).toEqual({ all: true });
    expect(toggle({ all: true }, "a")).toEqual({ all: false, names: ["a"] });
  });
});
