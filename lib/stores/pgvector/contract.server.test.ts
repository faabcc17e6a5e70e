import { describe, expect, inject, it } from "vitest";
import { describeStoreContract } from "../contract.suite";
import { openPgvectorSource, openPgvectorTarget } from "./index";
import { hasPgvector, openTestSchema } from "./testing";

describe.runIf(hasPgvector())("on a real server", () => {
  describeStoreContract("PostgreSQL with pgvector", async () => {
    const schema = await openTestSchema();
    const settings = schema.settings();
    const source = openPgvectorSource(settings);
    const target = openPgvectorTarget(settings);
    await target.ensureIndex({ name: "contract", dimension: 8, metric: "cosine" });
    return {
      ...{ source, target, index: "contract", dimension: 8, metric: "cosine" as const, anyIds: true },
      close: async () => {
        await Promise.all([source.close(), target.close()]);
        await schema.drop();
      },
    };
  });
});

it("has a real PostgreSQL with pgvector where tests may not be skipped", () => {
  expect(inject("testPgvectorMissing")).toBe("");
});
