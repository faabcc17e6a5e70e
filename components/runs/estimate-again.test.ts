import { expect, it } from "vitest";
import { parseConfig } from "@/lib/config";
import { settingsFor } from "@/lib/runs/lifecycle/settings";
import { estimateAgain } from "./estimate-again";

it("asks for the same rows, limit and batches again, and for no batches where vectors are copied", () => {
  const config = parseConfig([{ origin: "environment", values: { PORTAGE_MODE: "live" } }], process.cwd());
  const settings = { ...settingsFor({ config }), limit: 7, embeddingBatchSize: 40 };
  const where = { column: "topic", value: "law" };
  expect(estimateAgain({ ...settings, fill: { where, again: "2026-01-02T03:04:05Z" } })).toEqual({
    ...{ limit: 7, batchSize: 40, where, force: true },
  });
  expect(estimateAgain({ ...settings, limit: null, vectors: "source" })).toEqual({});
});
