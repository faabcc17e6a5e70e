import { describe } from "vitest";
import { testSabotage } from "@/lib/gate/sabotage.suite";
import { openPgvectorTarget } from "./index";
import { hasPgvector, openTestSchema } from "./testing";

describe.runIf(hasPgvector())("on a real server", () => {
  testSabotage("pgvector", async () => {
    const schema = await openTestSchema();
    const store = openPgvectorTarget(schema.settings());
    return {
      at: (index) => ({ store, index }),
      namespaces: ["a", "b"],
      zeros: false,
      behind: async (index, namespace, records) => {
        for (const { id, values } of records)
          await schema.sql(`UPDATE "${index}" SET embedding = $1::vector WHERE id = $2 AND namespace = $3`, [
            `[${values.join(",")}]`,
            id,
            namespace,
          ]);
      },
      finish: async (index) => void (await store.finish?.({ index })),
      close: async () => {
        await store.close();
        await schema.drop();
      },
    };
  });
});
