import { expect, test } from "vitest";
import { estimateDocuments } from "./estimate-documents";
import { estimateLeft } from "./left";

const rates = { batchDocuments: 1000, batchBytes: 1_000_000, perSecond: 5000, from: "usual" } as const;

test("requests follow documents or bytes, whichever makes more, and the time the pace", () => {
  const estimate = estimateDocuments({ documents: 10_000, bytes: 2_500_000 }, rates);
  expect(estimate).toMatchObject({ requests: { "elasticsearch.bulk": 10 }, seconds: 2, usd: { total: 0 } });
  expect(estimateDocuments({ documents: 10, bytes: 2_500_000 }, rates).requests).toEqual({ "elasticsearch.bulk": 3 });
  const slow = estimateDocuments({ documents: 100, bytes: 1 }, { ...rates, perSecond: 10, from: "limit" });
  expect([slow.seconds, slow.basis]).toEqual([10, expect.stringContaining("the speed limit of 10 documents a second")]);
});

test("what is left follows the exclusions and the phase", () => {
  const load = (records: number, bytes: number) => ({ records, texts: 0, tokens: 0, bytes });
  const workload = { creates: load(9000, 900_000), updates: load(1000, 100_000), rates };
  const excluded = { creates: load(4000, 400_000), updates: load(1000, 100_000) };
  expect(estimateLeft(workload, excluded, "both")).toMatchObject({
    requests: { "elasticsearch.bulk": 5 },
    seconds: 1,
    bytes: { written: 500_000 },
  });
  expect(estimateLeft(workload, excluded, "updates")).toMatchObject({ requests: {}, basis: "nothing to write" });
});
