import { expect, it } from "vitest";
import { onlyLookWords, outOfSyncWords } from "./differences-words";

it("says that records are in sync only of a check that compared them", () => {
  expect(onlyLookWords({ outOfSync: 0, compared: true })).toMatch(/^0 records out of sync at the only check so far\./);
  expect(onlyLookWords({ outOfSync: 0, compared: false })).toBe(
    "The only check so far looked for records by ID and found none missing. Edits weren't compared; an analysis does that.",
  );
  expect(onlyLookWords({ outOfSync: 2, compared: false })).toContain("knows of 2 records out of sync");
  expect(outOfSyncWords({ outOfSync: 1, compared: true })).toBe("1 record out of sync");
  expect(outOfSyncWords({ outOfSync: 0, compared: false })).toBe(
    "0 records known to be out of sync, edits not compared",
  );
});
