import { describe, expect, it } from "vitest";
import { clearanceSettingsSchema } from "@/lib/shapes/documents/clearance";
import { summaryOf, ValueTally } from "./plan-tally";
import { movedClearance } from "./settings";

const none = { set: 0, right: 0, overwritten: 0, kept: 0, unreadable: 0 };

const settings = clearanceSettingsSchema.parse({
  kind: "clearance",
  target: ["documents"],
  indices: [{ name: "documents", uuid: "first" }],
  request: { value: 1 },
  batchDocuments: 1000,
  batchBytes: 1_000_000,
  requestsAtOnce: 4,
  documentsPerSecond: null,
  verifySample: 200,
  verifyFull: false,
});

describe("what a plan found", () => {
  it("adds up to the total", () => {
    const values = new ValueTally();
    values.add(3);
    values.add(5);
    values.add(3);
    expect(summaryOf({ ...none, set: 4, right: 2, overwritten: 3, unreadable: 1 }, values, null)).toEqual({
      ...{ total: 10, set: 4, right: 2, overwritten: 3, kept: 0, unreadable: 1, beyondList: 0 },
      otherValues: [
        { value: 3, count: 2 },
        { value: 5, count: 1 },
      ],
    });
  });

  it("takes what wasn't scanned from the counts", () => {
    const counted = {
      ...{ total: 10, with: 6, without: 4, otherValues: 1 },
      values: [
        { value: 1, count: 3 },
        { value: 7, count: 2 },
      ],
    };
    const summary = summaryOf({ ...none, set: 4 }, new ValueTally(), { counted, right: 3, wanted: 1 });
    expect(summary).toEqual({
      ...{ total: 10, set: 4, right: 3, overwritten: 0, kept: 3, unreadable: 0, beyondList: 1 },
      otherValues: [{ value: 7, count: 2 }],
    });
    const uncountable = { ...counted, values: null };
    expect(
      summaryOf({ ...none, set: 4 }, new ValueTally(), { counted: uncountable, right: 3, wanted: 1 }),
    ).toMatchObject({ kept: 3, otherValues: [], beyondList: 3 });
  });

  it("names a bounded number of values, however many there are", () => {
    const values = new ValueTally();
    for (let value = 0; value < 5000; value++) values.add(`level ${value}`);
    const { otherValues, beyondList } = values.list();
    expect([otherValues.length, otherValues.length + beyondList]).toEqual([100, 5000]);
  });
});

describe("what makes a plan stale", () => {
  it("is another index by the same name, one that came or went, and another namespace field", () => {
    const now = (indices: typeof settings.indices, namespaceField = "namespace") =>
      movedClearance(settings, { ...settings, indices, request: { ...settings.request, namespaceField } });
    expect(now([{ name: "documents", uuid: "first" }])).toEqual([]);
    expect(now([{ name: "documents", uuid: null }])).toEqual([]);
    expect(now([{ name: "documents", uuid: "second" }])).toEqual(["documents was deleted and recreated"]);
    expect(now([])).toEqual(["documents is gone, or doesn't belong to documents any more"]);
    expect(
      now([
        { name: "documents", uuid: "first" },
        { name: "more", uuid: "third" },
      ]),
    ).toEqual(["more came to documents"]);
    expect(now(settings.indices, "customer")).toEqual(["the namespace field was namespace and is customer"]);
  });
});
