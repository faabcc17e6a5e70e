import { createHash } from "node:crypto";
import type { Metric } from "../../contract";
import type { IndexSettings } from "../settings";
import type { Column, TableIndex } from "./catalog";
import { literal, quoted } from "./catalog";
import type { Layout } from "./layout";

/** What pgvector's indexes take of each type (its README: "HNSW", "IVFFlat", "Half-Precision Indexing"). */
const most = { vector: 2000, halfvec: 4000 } as const;

/** Bytes of a value that PostgreSQL keeps within its row; what is longer stands beside it (TOAST). */
export const mostInRow = 1990;

/** Above what an index takes of the column's own type it is over half-precision numbers. */
export const typeOfIndex = ({ vector, dimension }: Pick<Indexed, "vector" | "dimension">): "vector" | "halfvec" =>
  vector.base === "halfvec" || (dimension ?? 0) > most.vector ? "halfvec" : "vector";

const operators: Record<Metric, { ops: string; sign: string }> = {
  cosine: { ops: "cosine_ops", sign: "<=>" },
  dotproduct: { ops: "ip_ops", sign: "<#>" },
  euclidean: { ops: "l2_ops", sign: "<->" },
};

/** What an index is over: a collection that stands, or one that is still to be made. */
export type Indexed = Pick<Layout, "schema" | "dimension" | "within"> & {
  table: { name: string };
  id: { name: string };
  vector: Pick<Column, "name" | "base" | "typeSchema" | "modifier">;
};

export type IndexPlan = {
  name: string;
  /** Run after loading. */
  statement: string;
  /** What the application must order by, or the index isn't used: `embedding::halfvec(3072) <=> $1::halfvec(3072)`. */
  distance: string;
  /** The part before the operator, and the type that a query's vector is cast to. */
  expression: string;
  cast: string;
  operatorClass: string;
  /** Why the application's query has to look different from what stands in the column; `null` where it hasn't. */
  note: string | null;
};

/**
 * The index for a collection, or why there can be none. Above 2,000 dimensions a `vector` is indexed by its half-precision form, up to 4,000: half
 * of the size, and queries must name the same cast. A column without a dimension is indexed for its collection's own.
 */
export function indexStatement(
  layout: Indexed,
  { metric, rows, index, m, efConstruction, lists }: Omit<IndexSettings, "metric"> & { metric: Metric; rows: number },
): IndexPlan | { none: string } {
  const { vector, dimension } = layout;
  if (index === "none") return { none: "the connection's settings ask for no index" };
  if (dimension === null) return { none: "the table is empty and its column has no dimension" };
  const type = typeOfIndex(layout);
  if (dimension > most[type])
    return {
      none: `pgvector indexes at most ${most.halfvec} dimensions, and these are ${dimension}: have the embedder give fewer`,
    };
  const cast = `${quoted(vector.typeSchema)}.${type}(${dimension})`;
  const asItStands = type === vector.base && vector.modifier > 0;
  const expression = asItStands ? quoted(vector.name) : `${quoted(vector.name)}::${cast}`;
  const { ops, sign } = operators[metric];
  const operatorClass = `${type}_${ops}`;
  const withs =
    index === "hnsw"
      ? `m = ${m}, ef_construction = ${Math.max(efConstruction, 2 * m)}`
      : `lists = ${lists ?? listsFor(rows)}`;
  // LangChain's table has the collections of everybody: this index has the rows of one.
  const where = layout.within ? ` WHERE ${quoted(layout.within.column.name)} = ${literal(layout.within.value)}` : "";
  const name = nameOf(`${layout.table.name}${layout.within ? `_${layout.within.value}` : ""}_${vector.name}_${index}`);
  return {
    name,
    statement: `CREATE INDEX CONCURRENTLY ${quoted(name)} ON ${quoted(layout.schema)}.${quoted(layout.table.name)} USING ${index} (${asItStands ? expression : `(${expression})`} ${quoted(vector.typeSchema)}.${operatorClass}) WITH (${withs})${where}`,
    distance: `${expression} OPERATOR(${quoted(vector.typeSchema)}.${sign}) $1::${cast}`,
    ...{ expression, cast, operatorClass },
    note: asItStands
      ? null
      : `The application's query must order by ${vector.name}::${type}(${dimension}) ${sign} $1::${type}(${dimension}), or the index isn't used${
          layout.within ? ", and have the collection's ID in its WHERE" : ""
        }.`,
  };
}

/** The application's kind of query, `$1` being its vector: without these casts the index isn't used. */
export function searchQuery({ id, schema, table, within }: Indexed, { distance }: IndexPlan): string {
  const where = within ? ` WHERE ${quoted(within.column.name)} = ${literal(within.value)}` : "";
  return `SELECT ${quoted(id.name)} FROM ${quoted(schema)}.${quoted(table.name)}${where} ORDER BY ${distance} LIMIT 10`;
}

export const analyseStatement = ({ schema, table }: Indexed): string =>
  `ANALYZE ${quoted(schema)}.${quoted(table.name)}`;

const keysOf = ({ definition }: TableIndex) => definition.slice(definition.indexOf(" USING "));

/** Whether an index is over the column, by itself or in an expression: by the names in what PostgreSQL says of it, behind the table's and its own. */
export function isOver(index: TableIndex, column: string): boolean {
  const [keys = ""] = keysOf(index).split(" WHERE ");
  const names = keys.replace(/::\w+/g, "").match(/"(?:[^"]|"")+"|[\p{L}_][\p{L}\p{N}_$]*/gu) ?? [];
  return names.some((name) => (name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name) === column);
}

/** Whether an index leaves rows out. */
const isPartial = (index: TableIndex) => keysOf(index).includes(" WHERE ");

/** An index that stands and serves already: Portage's own, or one of the application's over the same column with the same operators. */
export function servingIndex({ table, vector, within }: Layout, plan: IndexPlan): { name: string } | null {
  const searched = table.indexes.filter(({ method, valid }) => valid && (method === "hnsw" || method === "ivfflat"));
  const serves = (index: TableIndex) =>
    index.name === plan.name ||
    (index.operators.includes(plan.operatorClass) && isOver(index, vector.name) && !isPartial(index) && !within);
  return searched.find(serves) ?? null;
}

/** As pgvector's documentation advises: a thousandth of the rows, above a million their square root. */
const listsFor = (rows: number): number => Math.max(1, Math.round(rows <= 1_000_000 ? rows / 1000 : Math.sqrt(rows)));

/** PostgreSQL cuts a name at 63 bytes, silently. */
function nameOf(name: string): string {
  if (Buffer.byteLength(name) <= 63) return name;
  const digest = createHash("sha256").update(name).digest("hex").slice(0, 10);
  return `${Buffer.from(name)
    .subarray(0, 50)
    .toString("latin1")
    .replace(/[^\x20-\x7e]/g, "_")}_${digest}`;
}

/**
 * Memory that building an HNSW graph takes when all of it fits, in bytes: each row's vector, its connections (8 bytes each, twice `m` of them in the
 * lowest layer) and some 100 for the row itself. With less than that the build is several times slower.
 */
export function indexMemory({
  rows,
  dimension,
  half,
  m,
}: {
  rows: number;
  dimension: number;
  half: boolean;
  m: number;
}): number {
  return rows * ((half ? 2 : 4) * dimension + 8 * 2 * m + 100);
}

/** PostgreSQL builds none over all partitions beside the application's writes, and its plans name the partitions' own. */
export function partitionedWords(layout: Layout, plan: IndexPlan): string {
  const serving = servingIndex(layout, plan);
  return serving
    ? `${layout.collection} is partitioned, and its index ${serving.name} stands.`
    : `${layout.collection} is partitioned, and gets no index from Portage, which would have to keep the application from writing meanwhile. Where it may: ${plan.statement.replace(" CONCURRENTLY", "")};`;
}
