import { z } from "zod";
import { createFileSource } from "../files/file-source";
import { headRules, headSettings } from "../files/head-settings";
import { binaryFloatBytes, field, storeKind, unlimited } from "../kind";

const service = "FAISS folder";

const settings = z.strictObject({
  path: field(z.string().min(1).max(4096), {
    label: "Folder or index file",
    help: "Where the index file stands, with text.pkl and metadata.pkl, LangChain's index.pkl or LlamaIndex's JSON beside it.",
    placeholder: "./vector_db",
    path: true,
  }),
  ...headSettings,
  metric: field(z.enum(["cosine", "dotproduct", "euclidean"]).default("cosine"), {
    label: "Metric of pickles",
    help: "How vectors are compared that stand in a pickle, which doesn't say; an index does.",
  }),
});

/** FAISS indexes that keep their vectors exactly, with their texts; LangChain's and LlamaIndex's folders; pickles. Never executed. */
export const faissFolder = storeKind({
  kind: "faiss-folder",
  service,
  words: { collection: "index", namespace: null },
  settings,
  place: { setting: "path", collection: "optional" },
  rates: () => unlimited,
  floatBytes: binaryFloatBytes,
  openSource: ({ path, metric, ...head }) =>
    // The readers are most of this kind's code: no command loads them that opens no such folder.
    createFileSource(service, async () => {
      const { takeFaiss } = await import("./take-faiss");
      return takeFaiss({ path, metric, rules: headRules(head) });
    }),
});
