import { parseConfig } from "@/lib/config";
import { testSabotage } from "@/lib/gate/sabotage.suite";
import { openStores } from "@/lib/stores/registry";
import { startSandbox } from "@/sandbox/start";

testSabotage("the sandbox, by the vendor's own client", async () => {
  const sandbox = await startSandbox({
    ...{ dataDir: null, seed: false, consistencyMs: 0, readyAfterMs: 0, quotas: { pinecone: null } },
  });
  const values = { ...sandbox.environment, PORTAGE_MODE: "sandbox" };
  const { target: store } = openStores(parseConfig([{ origin: "sandbox", values }], "/"));
  return {
    ...{ at: (index: string) => ({ store, index }), namespaces: ["a", "b"], zeros: false },
    close: async () => {
      await store.close();
      await sandbox.close();
    },
  };
});
