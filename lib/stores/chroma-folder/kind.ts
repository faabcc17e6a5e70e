import { z } from "zod";
import { createFileSource } from "../files/file-source";
import { headRules, headSettings } from "../files/head-settings";
import { field, storeKind, unlimited } from "../kind";
import { takeChroma } from "./take-chroma";

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
  openSource: ({ path, tenant, database, ...head }) =>
    createFileSource(service, () => takeChroma({ path, tenant, database, rules: headRules(head) })),
});
