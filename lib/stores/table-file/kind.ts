import { z } from "zod";
import { createFileSource } from "../files/file-source";
import { headRules, headSettings } from "../files/head-settings";
import { field, storeKind, unlimited } from "../kind";

const service = "Table file";
const column = z.string().min(1).max(500).optional();

const settings = z.strictObject({
  path: field(z.string().min(1).max(4096), {
    label: "File",
    help: "JSON lines (.jsonl), comma-separated values (.csv, .tsv) or Parquet (.parquet).",
    placeholder: "./records.jsonl",
    path: true,
  }),
  idColumn: field(column, {
    label: "Column of IDs",
    help: "Left out: id, or another usual name; without one, rows are numbered.",
  }),
  textColumn: field(column, {
    label: "Column of texts",
    help: "Left out: text, content, document or another usual name.",
  }),
  vectorColumn: field(column, {
    label: "Column of vectors",
    help: "Left out: embedding, vector, values or another usual name.",
  }),
  metadataColumn: field(column, {
    label: "Column of metadata",
    help: "One that holds objects; left out: metadata. Columns of no other use are metadata each.",
  }),
  ...headSettings,
  metric: field(z.enum(["cosine", "dotproduct", "euclidean"]).default("cosine"), {
    label: "Metric",
    help: "How the vectors are compared; a table doesn't say.",
  }),
});

/** A table of records in one file, with chosen columns. */
export const tableFile = storeKind({
  kind: "table-file",
  service,
  words: { collection: "table", namespace: null },
  settings,
  place: { setting: "path", collection: "none" },
  rates: () => unlimited,
  openSource: ({ path, idColumn, textColumn, vectorColumn, metadataColumn, metric, ...head }) =>
    // The readers are most of this kind's code: no command loads them that opens no such folder.
    createFileSource(service, async () => {
      const { takeTable } = await import("./take-table");
      return takeTable({
        path,
        columns: {
          ...(idColumn && { id: idColumn }),
          ...(textColumn && { text: textColumn }),
          ...(vectorColumn && { values: vectorColumn }),
          ...(metadataColumn && { metadata: metadataColumn }),
        },
        rules: headRules(head),
        metric,
      });
    }),
});
