import { expect, it } from "vitest";
import { asJsonFilter, type MetadataFilter, meets, readFilter } from "./filter";

const read = (given: unknown): MetadataFilter => {
  const filter = readFilter(given);
  if ("wrong" in filter) throw new Error(filter.wrong);
  return filter;
};
const record = { page: 7, topic: "ai", tags: ["a", "b"], draft: false, none: null };

it.each([
  [{ page: 7 }, true],
  [{ page: { $gt: 7 } }, false],
  [{ page: { $gte: 7, $lte: 7 } }, true],
  [{ tags: "b" }, true],
  [{ tags: { $in: ["x", "a"] } }, true],
  [{ tags: { $nin: ["x"] } }, true],
  [{ topic: { $ne: "ai" } }, false],
  [{ missing: { $ne: "ai" } }, true],
  [{ missing: { $exists: false }, draft: false }, true],
  [{ $or: [{ page: 1 }, { $and: [{ topic: "ai" }, { draft: false }] }] }, true],
  [{ constructor: { $exists: true } }, false],
])("%j is met by the record: %s", (filter, expected) => {
  expect(meets(read(filter), record)).toBe(expected);
  // In the services' notation it means the same.
  expect(meets(read(asJsonFilter(read(filter))), record)).toBe(expected);
});

it.each([
  ["text", "a filter is a JSON object"],
  [{}, "names at least one key"],
  [{ $and: [] }, "takes a list"],
  [{ $not: { page: 1 } }, "where a metadata key is expected"],
  [{ page: { $gt: "7" } }, "takes a number"],
  [{ page: { $almost: 7 } }, "no operator"],
  [{ page: [7] }, "takes a value or an operator"],
  [{ tags: { $in: [] } }, "takes a list of values"],
])("%j is refused: %s", (given, why) => {
  expect(readFilter(given)).toEqual({ wrong: expect.stringContaining(why) });
});
