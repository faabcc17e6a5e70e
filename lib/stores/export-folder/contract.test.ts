import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { VectorTarget } from "../contract";
import { describeStoreContract, type StoreUnderTest } from "../contract.suite";
import { openExportSource } from "./source";
import { openExportTarget } from "./target";

async function openStores(): Promise<StoreUnderTest & { target: VectorTarget }> {
  const scratch = await mkdtemp(path.join(tmpdir(), "portage-export-kind-"));
  const opened: VectorTarget[] = [];
  const open = (name: string) => {
    const target = openExportTarget(path.join(scratch, name));
    opened.push(target);
    return target;
  };
  const target = open("export");
  await target.ensureIndex({ name: "", dimension: 8, metric: "cosine" });
  const { ensureIndex: _, upsert: _u, settle: _s, sizeOf: _z, complete: _c, ...source } = target;
  return {
    ...{ source, target, index: "", dimension: 8, metric: "cosine", anyIds: true },
    elsewhere: async () => open(`elsewhere-${opened.length}`),
    close: async () => {
      await Promise.all(opened.map((each) => each.close()));
      await rm(scratch, { recursive: true, force: true });
    },
  };
}

describeStoreContract("An export that is being written", openStores);

describeStoreContract("An export that is finished after each write", async () => {
  const { target, ...store } = await openStores();
  await target.complete?.({ index: "", namespace: "" });
  const root = (await target.inspect(""))?.account ?? "";
  const source = openExportSource(root);
  const upsert: VectorTarget["upsert"] = async (place, records, options) => {
    const answer = await target.upsert(place, records, options);
    await target.complete?.(place, options);
    return answer;
  };
  return {
    ...store,
    source,
    target: { ...target, upsert },
    close: async () => {
      await source.close();
      await store.close();
    },
  };
});
