import { describe, expect, it } from "vitest";
import { judgeCopies, spreadRecords } from "@/lib/gate/testing";
import { openPgvectorSource, openPgvectorTarget } from "./index";
import { hasPgvector, openTestSchema } from "./testing";

describe.runIf(hasPgvector())("the gate on a real server", () => {
  it("passes copies, and refuses them sabotaged, each for its reason", async () => {
    const schema = await openTestSchema();
    const target = openPgvectorTarget(schema.settings());
    const source = openPgvectorSource(schema.settings());
    const records = spreadRecords(150, 24);
    const make = async (name: string, metric: "cosine" | "euclidean") => {
      await target.ensureIndex({ name, dimension: 24, metric });
      await target.upsert({ index: name, namespace: "" }, records);
      await target.finish?.({ index: name });
    };
    await make("old", "cosine");
    await make("copies", "cosine");
    await make("measured", "euclidean");
    const judge = (name: string) => judgeCopies(source, target, { source: "old", target: name });
    expect(await judge("copies")).toMatchObject({ verdict: "GO", why: [], uses: { building: [] } });
    expect(await judge("measured")).toMatchObject({
      verdict: "NO-GO",
      why: expect.arrayContaining(["another-metric"]),
    });
    await schema.sql(`UPDATE pg_index SET indisvalid = false WHERE indexrelid = (SELECT indexrelid FROM pg_index i JOIN pg_class c
      ON c.oid = i.indrelid WHERE c.relname = 'copies' AND c.relnamespace = '${schema.name}'::regnamespace AND NOT i.indisprimary)`);
    expect(await judge("copies")).toMatchObject({ verdict: "INCONCLUSIVE", why: ["index-building"] });
    await schema.sql(`UPDATE copies SET metadata = jsonb_set(metadata, '{text}', '"cut"') WHERE id = 'r7'`);
    expect(await judge("copies")).toMatchObject({
      verdict: "NO-GO",
      why: expect.arrayContaining(["metadata-differs"]),
    });
    await schema.sql(
      "UPDATE copies c SET embedding = o.embedding FROM old o WHERE o.id = 'r' || (150 - substr(c.id, 2)::int)",
    );
    expect(await judge("copies")).toMatchObject({
      verdict: "NO-GO",
      why: expect.arrayContaining(["vectors-differ", "overlap"]),
    });
    await Promise.all([source.close(), target.close()]);
    await schema.drop();
  });
});
