import { describe } from "vitest";
import { testSabotage } from "@/lib/gate/sabotage.suite";
import { openPgvectorTarget } from "./index";
import { hasPgvector, openTestSchema } from "./testing";

describe.runIf(hasPgvector())("on a real server", () => {
  testSabotage("pgvector", async () => {
    const schema = await openTestSchema();
    const store = openPgvectorTarget(schema.settings());
    return {
      store,
      namespaces: ["a", "b"],
      finish: async (index) => void (await store.finish?.({ index })),
      close: async () => {
        await store.close();
        await schema.drop();
      },
    };
  });
});
