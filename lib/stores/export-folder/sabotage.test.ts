import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { ExportWriter } from "@/lib/formats/export-folder/export-writer";
import { testSabotage } from "@/lib/gate/sabotage.suite";
import type { VectorTarget } from "../contract";
import { openExportTarget } from "./target";

testSabotage("an export folder", async () => {
  const scratch = await mkdtemp(path.join(tmpdir(), "portage-export-gate-"));
  const opened = new Map<string, VectorTarget>();
  const at = (name: string) => {
    const store = opened.get(name) ?? openExportTarget(path.join(scratch, name));
    opened.set(name, store);
    return { store, index: "" };
  };
  const namespaces = ["a", "b"] as const;
  const finish = async (name: string) => {
    for (const namespace of namespaces) await at(name).store.complete?.({ index: "", namespace });
  };
  return {
    ...{ at, namespaces, zeros: true, finish },
    // A folder that another tool made, with a manifest that is right.
    behind: async (name, namespace, records) => {
      const writer = await ExportWriter.resume(path.join(scratch, name), { at: new Date().toISOString(), plan: null });
      if (writer === null) throw new Error(`There is no export ${name}`);
      await writer.write(
        namespace,
        records.map(({ id, values, metadata }) => ({
          ...{ id, values: Float32Array.from(values), metadata: JSON.stringify(metadata), sparse: null },
        })),
      );
      await writer.finish();
      await writer.close();
    },
    close: async () => {
      for (const store of opened.values()) await store.close();
      await rm(scratch, { recursive: true, force: true });
    },
  };
});
