import { z } from "zod";
import { createFileSource } from "../files/file-source";
import { headRules, headSettings } from "../files/head-settings";
import { binaryFloatBytes, field, storeKind, unlimited } from "../kind";

const service = "Chroma folder";
const name = z.string().min(1).max(500);

const settings = z.strictObject({
  path: field(z.string().min(1).max(4096), {
    label: "Folder",
    help: "The one that chromadb's PersistentClient was given; chroma.sqlite3 stands in it.",
    placeholder: "./chroma",
    path: true,
  }),
  tenant: field(name.default("default_tenant"), { label: "Tenant", help: "Whose collections are read." }),
  database: field(name.default("default_database"), {
    label: "Database",
    help: "Of the tenant, the one whose collections are read.",
  }),
  ...headSettings,
});

/** A folder of chromadb 0.4 to 1.5, read in place: its program may run meanwhile. */
export const chromaFolder = storeKind({
  kind: "chroma-folder",
  service,
  words: { collection: "collection", namespace: null },
  settings,
  place: { setting: "path", collection: "required" },
  rates: () => unlimited,
  floatBytes: binaryFloatBytes,
  openSource: ({ path, tenant, database, ...head }) =>
    // The readers are most of this kind's code: no command loads them that opens no such folder.
    createFileSource(service, async () => {
      const { takeChroma } = await import("./take-chroma");
      return takeChroma({ path, tenant, database, rules: headRules(head) });
    }),
});
