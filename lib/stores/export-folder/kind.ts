import { z } from "zod";
import { binaryFloatBytes, field, storeKind, unlimited } from "../kind";
import { service } from "./capabilities";
import { openExportSource } from "./source";
import { openExportTarget } from "./target";

const settings = z.strictObject({
  path: field(z.string().min(1).max(4096), {
    label: "Folder",
    help: "An export that Portage wrote, or a new or empty folder to write one into.",
    placeholder: "./backup",
    path: true,
  }),
});

/** A backup: sorted Parquet files, a folder a namespace, and a manifest. The folder is the one collection, without a name of its own. */
export const exportFolder = storeKind({
  kind: "export-folder",
  service,
  words: { collection: "export", namespace: "namespace" },
  settings,
  place: { setting: "path", collection: "none" },
  rates: () => unlimited,
  floatBytes: binaryFloatBytes,
  openSource: ({ path }) => openExportSource(path),
  openTarget: ({ path }) => openExportTarget(path),
});
