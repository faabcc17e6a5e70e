import type { Columns } from "../settings";
import { type Column, isInteger, isJson, isText, isVector, type Table } from "./catalog";
import type { KeyColumn, Layout, LayoutName } from "./layout";

/** A source shows all that a record can hold; of a target what it writes, since the other columns are the application's. */
export type Role = "source" | "target";
export type Wrong = { wrong: string };
type Recognised = Pick<Layout, "name" | "id" | "vector" | "metadata" | "columns" | "namespace">;

/** The comment by which Portage knows its own tables, and their metric before there is an index. */
export const ownComment = (metric: string): string => `Vectors kept by Portage; metric: ${metric}`;
const isOwn = ({ comment }: Table): boolean => comment?.startsWith("Vectors kept by Portage") ?? false;

/** What frameworks call the parts of a table, and which of its columns are no part of a record. */
type Shape = {
  name: LayoutName;
  id: string;
  vector: string;
  metadata: string;
  text?: string;
  table?: RegExp;
  besides?: string[];
};
const shapes: readonly Shape[] = [
  { name: "langchain-v2", id: "langchain_id", vector: "embedding", metadata: "langchain_metadata", text: "content" },
  {
    ...{ name: "llamaindex", id: "node_id", vector: "embedding", metadata: "metadata_", text: "text" },
    ...{ table: /^data_/, besides: ["id", "text_search_tsv"] },
  },
  { name: "vecs", id: "id", vector: "vec", metadata: "metadata" },
  { name: "supabase", id: "id", vector: "embedding", metadata: "metadata", text: "content", besides: ["fts"] },
];

/** How a table holds records: as the settings say, else as its columns look. A table without vectors or a usable key is none, and says why. */
export function recognise(table: Table, schema: string, given: Columns, role: Role): Layout | Wrong {
  const byColumns = [given.id, given.vector, given.metadata, given.texts, given.keys].some((each) => each !== null);
  const found =
    (byColumns ? null : (ownTable(table) ?? framework(table, given, role))) ?? application(table, given, role);
  if ("wrong" in found) return found;
  const namespace = namespaceFrom(table, found, given);
  if (namespace !== null && "wrong" in namespace) return namespace;
  const marks = marksOf(table, given);
  if ("wrong" in marks) return marks;
  const isNamespace = ({ column }: KeyColumn) =>
    namespace !== null && "column" in namespace && namespace.column.name === column.name;
  const isMark = ({ column }: KeyColumn) => column.name === given.model || column.name === given.time;
  return {
    ...{ collection: table.name, schema, table, dimension: dimensionOf(found.vector), within: null },
    writes: role === "target" ? given.writes : "upsert",
    ...found,
    columns: found.columns.filter((each) => !isNamespace(each) && !isMark(each)),
    namespace,
    marks,
  };
}

/** The columns for the model and the time of a vector, where the settings name them. */
function marksOf(table: Table, { model, time }: Columns): Layout["marks"] | Wrong {
  const found = { model: columnOf(table, model ?? ""), time: columnOf(table, time ?? "") };
  const missing = model !== null && !found.model ? model : time !== null && !found.time ? time : null;
  if (missing !== null) return { wrong: `Table ${table.name} has no column ${missing}` };
  const wrong = (column: Column, is: string) => ({
    wrong: `Column ${column.name} of table ${table.name} is of the type ${column.type}; ${is}`,
  });
  if (found.model && !isText(found.model)) return wrong(found.model, "a model's name is a text");
  if (found.time && !["timestamptz", "timestamp", "date"].includes(found.time.base))
    return wrong(found.time, "it can't hold a time");
  return { model: found.model ?? null, time: found.time ?? null };
}

function ownTable(table: Table): Recognised | null {
  if (!isOwn(table)) return null;
  const [id, vector, metadata, column] = ["id", "embedding", "metadata", "namespace"].map((name) =>
    columnOf(table, name),
  );
  if (!id || !vector || !metadata || !column) return null;
  return { name: "portage", id, vector, metadata, columns: [], namespace: { column } };
}

function framework(table: Table, { textKey, writes }: Columns, role: Role): Recognised | null {
  for (const shape of shapes) {
    if (shape.table && !shape.table.test(table.name)) continue;
    const id = columnOf(table, shape.id);
    const vector = columnOf(table, shape.vector);
    const metadata = columnOf(table, shape.metadata);
    const text = shape.text === undefined ? null : columnOf(table, shape.text);
    if (!id || !isKey(id) || !vector || !isVector(vector) || !metadata || !isJson(metadata) || text === undefined)
      continue;
    if (role === "target" && writes === "update")
      return { name: shape.name, id, vector, metadata: null, columns: [], namespace: null };
    const taken = [shape.id, shape.vector, shape.metadata, shape.text, ...(shape.besides ?? [])];
    const others =
      role === "source" ? table.columns.filter((column) => !taken.includes(column.name) && isReadable(column)) : [];
    const columns = [...(text ? [{ key: textKey, column: text }] : []), ...others.map(underItsName)];
    return { name: shape.name, id, vector, metadata, columns, namespace: null };
  }
  return null;
}

function application(table: Table, given: Columns, role: Role): Recognised | Wrong {
  const named = (name: string) => columnOf(table, name) ?? { wrong: `Table ${table.name} has no column ${name}` };
  const wrongType = ({ name, type }: Column, rule: string) => ({
    wrong: `Column ${name} of table ${table.name} is of the type ${type}; ${rule}`,
  });
  const vectors = table.columns.filter(isVector);
  const vector = given.vector === null ? vectors[0] : named(given.vector);
  if (!vector) return { wrong: `Table ${table.name} has no column of the type vector or halfvec` };
  if ("wrong" in vector) return vector;
  if (!isVector(vector)) return wrongType(vector, "vectors are vector or halfvec");
  if (given.vector === null && vectors.length > 1)
    return {
      wrong: `Table ${table.name} has ${vectors.length} columns of vectors (${vectors.map(({ name }) => name).join(", ")}): name one`,
    };
  const key = table.indexes.find(({ primary, columns }) => primary && columns.length === 1)?.columns[0];
  const id = given.id !== null ? named(given.id) : key === undefined ? undefined : columnOf(table, key);
  if (!id) return { wrong: `Table ${table.name} has no key of one column: name the column of the IDs` };
  if ("wrong" in id) return id;
  if (!isKey(id)) return wrongType(id, "IDs are text, uuid or whole numbers");
  const update = role === "target" && given.writes === "update";
  const jsons = update ? [] : table.columns.filter(isJson);
  const metadata = given.metadata !== null ? named(given.metadata) : jsons.length === 1 ? (jsons[0] ?? null) : null;
  if (metadata && "wrong" in metadata) return metadata;
  if (metadata && !isJson(metadata)) return wrongType(metadata, "metadata is jsonb or json");
  const chosen = [...(update ? [] : (given.texts ?? [])), ...(given.keys ?? [])].map(named);
  const taken = [id.name, vector.name, metadata?.name];
  const free = table.columns.filter((column) => !taken.includes(column.name) && isReadable(column));
  const columns: Column[] = [];
  for (const column of chosen) {
    if ("wrong" in column) return column;
    if (!isReadable(column)) return wrongType(column, "metadata can't hold that");
    columns.push(column);
  }
  if (given.texts === null && given.keys === null) {
    if (role === "source") columns.push(...free);
    // Where metadata has a column of its own, and in a table whose rows are the application's, the others are left to it.
    else if (!update && metadata === null)
      columns.push(...free.filter(({ filled, generated }) => !filled && !generated));
  }
  return { name: "table", id, vector, metadata, columns: columns.map(underItsName), namespace: null };
}

function namespaceFrom(table: Table, found: Recognised, given: Columns): Layout["namespace"] | Wrong {
  if (given.namespaceColumn !== null) {
    const column = columnOf(table, given.namespaceColumn);
    if (!column) return { wrong: `Table ${table.name} has no column ${given.namespaceColumn}` };
    if (isKey(column)) return { column };
    return {
      wrong: `Column ${column.name} of table ${table.name} is of the type ${column.type}; namespaces are text, uuid or whole numbers`,
    };
  }
  if (given.namespaceKey === null) return found.namespace;
  if (found.metadata) return { key: given.namespaceKey };
  return { wrong: `Table ${table.name} has no column of metadata in which the key ${given.namespaceKey} could stand` };
}

/** LangChain's first layout: one table of vectors, in which each collection has its rows. */
export function recogniseLangChain(
  table: Table,
  schema: string,
  given: Columns,
  role: Role,
  of: { collection: string; uuid: string },
): Layout | Wrong {
  const [id, vector, metadata, text, column] = [
    ...[columnOf(table, "id") ?? columnOf(table, "uuid"), columnOf(table, "embedding"), columnOf(table, "cmetadata")],
    ...[columnOf(table, "document"), columnOf(table, "collection_id")],
  ];
  if (!id || !vector || !metadata || !text || !column)
    return { wrong: `Table ${table.name} isn't LangChain's: it lacks one of its columns` };
  const update = role === "target" && given.writes === "update";
  const columns = update ? [] : [{ key: given.textKey, column: text }];
  const found: Recognised = {
    name: "langchain",
    id,
    vector,
    metadata: update ? null : metadata,
    columns,
    namespace: null,
  };
  const namespace = namespaceFrom(table, found, { ...given, namespaceColumn: null });
  if (namespace !== null && "wrong" in namespace) return namespace;
  const writes = role === "target" ? given.writes : "upsert";
  return {
    ...{
      collection: of.collection,
      schema,
      table,
      dimension: dimensionOf(vector),
      within: { column, value: of.uuid },
      writes,
    },
    ...found,
    namespace,
    marks: { model: null, time: null },
  };
}

const columnOf = (table: Table, name: string): Column | undefined =>
  table.columns.find((column) => column.name === name);
const dimensionOf = ({ modifier }: Column): number | null => (modifier > 0 ? modifier : null);
const underItsName = (column: Column): KeyColumn => ({ key: column.name, column });
const isKey = (column: Column): boolean => isText(column) || isInteger(column) || column.base === "uuid";

const readable = ["bool", "float4", "float8", "numeric", "_text", "_varchar", "timestamptz", "timestamp", "date"];
/** Types that come as what metadata can hold. */
const isReadable = (column: Column): boolean => isKey(column) || readable.includes(column.base);
