import { z } from "zod";
import type { Metric } from "../contract";
import { field, secretText } from "../kind";

const name = () => z.string().min(1).max(63).optional();
const names = () => z.string().min(1).max(2000).optional();

/** What an operator says of a PostgreSQL connection; everything but the address may be left to looking. */
export const settings = z.strictObject({
  address: field(secretText(), {
    label: "Address",
    help: "As the application has it, user and password included; of a managed service the direct address, not the pooler's.",
    placeholder: "postgresql://user:password@host:5432/database",
    secret: true,
    address: true,
  }),
  schema: field(z.string().min(1).max(63).default("public"), {
    label: "Schema",
    help: "Where the tables are; those of Supabase's vecs are in the schema vecs.",
    placeholder: "public",
  }),
  writes: field(z.enum(["upsert", "update"]).default("upsert"), {
    label: "Writes",
    help: "Either whole records (upsert), or only the vectors of rows that the application has made (update).",
  }),
  idColumn: field(name(), { label: "ID column", help: "Of an application's table; left out: its primary key." }),
  vectorColumn: field(name(), {
    label: "Vector column",
    help: "Left out: the only one of the type vector or halfvec.",
  }),
  textColumns: field(names(), {
    label: "Text columns",
    help: "Those that the texts to be embedded come from, with commas between them.",
    placeholder: "title, body",
  }),
  metadataColumn: field(name(), {
    label: "Metadata column",
    help: "Of the type jsonb or json; left out: the only one of them.",
  }),
  metadataColumns: field(names(), {
    label: "Metadata columns",
    help: "Columns that are metadata keys of their own name, with commas between them; left out: all that a record can hold.",
  }),
  namespaceColumn: field(name(), {
    label: "Namespace column",
    help: "Its values are the namespaces; left out: there is one, without a name.",
  }),
  namespaceKey: field(names(), {
    label: "Namespace key",
    help: "The metadata key whose values are the namespaces, where no column has them.",
  }),
  modelColumn: field(name(), {
    label: "Model column",
    help: "Of the type text: gets the name of the model with each vector that Portage embeds; a row of another model counts as one without a vector.",
  }),
  timeColumn: field(name(), {
    label: "Time column",
    help: "Gets the time with each vector that Portage writes.",
  }),
  textKey: field(z.string().min(1).max(200).default("text"), {
    label: "Text key",
    help: "The metadata key that the text column of LangChain, LlamaIndex or Supabase is read and written as.",
    placeholder: "text",
  }),
  metric: field(z.enum(["cosine", "dotproduct", "euclidean"]).optional(), {
    label: "Metric",
    help: "Left out: that of the table's index, else cosine.",
  }),
  index: field(z.enum(["hnsw", "ivfflat", "none"]).default("hnsw"), {
    label: "Index",
    help: "The one that is built after loading; none leaves that to you.",
  }),
  m: field(z.coerce.number().int().min(2).max(100).default(16), {
    label: "HNSW m",
    help: "Connections of a vector in each layer of the graph.",
  }),
  efConstruction: field(z.coerce.number().int().min(4).max(1000).default(64), {
    label: "HNSW ef_construction",
    help: "How thoroughly the graph is built; at least twice m.",
  }),
  lists: field(z.coerce.number().int().min(1).max(32_768).optional(), {
    label: "IVFFlat lists",
    help: "Left out: a thousandth of the rows, above a million their square root.",
  }),
  indexMemoryMb: field(z.coerce.number().int().min(1).max(1_000_000).optional(), {
    label: "Index memory in MB",
    help: "The maintenance_work_mem of the session that builds the index; left out: the server's own.",
  }),
  statementSeconds: field(z.coerce.number().int().min(1).max(86_400).default(300), {
    label: "Longest statement in seconds",
    help: "The server ends a statement of Portage that takes longer; building an index isn't limited.",
  }),
  lockSeconds: field(z.coerce.number().int().min(1).max(3600).default(10), {
    label: "Longest wait for a lock in seconds",
    help: "So that Portage never stands in a queue before the application.",
  }),
});
export type Settings = z.infer<typeof settings>;

/** The columns that were named; `null` where looking is to tell. */
export type Columns = {
  writes: "upsert" | "update";
  id: string | null;
  vector: string | null;
  metadata: string | null;
  texts: string[] | null;
  keys: string[] | null;
  namespaceColumn: string | null;
  namespaceKey: string | null;
  model: string | null;
  time: string | null;
  textKey: string;
};

export function columnsOf(given: Settings): Columns {
  const list = (text: string | undefined) =>
    text === undefined
      ? null
      : text
          .split(",")
          .map((each) => each.trim())
          .filter((each) => each !== "");
  return {
    writes: given.writes,
    id: given.idColumn ?? null,
    vector: given.vectorColumn ?? null,
    metadata: given.metadataColumn ?? null,
    texts: list(given.textColumns),
    keys: list(given.metadataColumns),
    namespaceColumn: given.namespaceColumn ?? null,
    namespaceKey: given.namespaceKey ?? null,
    model: given.modelColumn ?? null,
    time: given.timeColumn ?? null,
    textKey: given.textKey,
  };
}

/** How the index is to be built. */
export type IndexSettings = Pick<Settings, "index" | "m" | "efConstruction" | "lists" | "indexMemoryMb"> & {
  metric?: Metric | undefined;
};
