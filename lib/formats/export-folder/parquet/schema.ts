import type { SchemaElement } from "hyparquet";

/**
 * The columns that Pinecone's import takes (its documentation, "Import data": `id` STRING, `values` LIST<FLOAT>, `sparse_values` with a
 * LIST<INT> and a LIST<FLOAT>, `metadata` STRING, NULL where there is none), nested as Arrow nests them. A column that no record of a
 * namespace needs is left out: an index of dense vectors takes no `sparse_values`.
 */
export type ColumnSet = { values: boolean; sparse: boolean };

const text = { type: "BYTE_ARRAY", converted_type: "UTF8", logical_type: { type: "STRING" } } as const;

function listOf(name: string, element: Partial<SchemaElement>): SchemaElement[] {
  return [
    { name, repetition_type: "OPTIONAL", converted_type: "LIST", logical_type: { type: "LIST" }, num_children: 1 },
    { name: "list", repetition_type: "REPEATED", num_children: 1 },
    { name: "element", repetition_type: "OPTIONAL", ...element },
  ];
}

/** Told by the older annotation alone: the package writes the newer one for integers in a form that Arrow refuses. */
const unsigned = {
  type: "INT32",
  converted_type: "UINT_32",
} as const;

export const idElement: SchemaElement = { name: "id", repetition_type: "REQUIRED", ...text };
export const metadataElement: SchemaElement = { name: "metadata", repetition_type: "OPTIONAL", ...text };

export function schemaOf({ values, sparse }: ColumnSet): SchemaElement[] {
  return [
    { name: "schema", repetition_type: "REQUIRED", num_children: 2 + Number(values) + Number(sparse) },
    idElement,
    ...(values ? listOf("values", { type: "FLOAT" }) : []),
    ...(sparse
      ? [
          { name: "sparse_values", repetition_type: "OPTIONAL", num_children: 2 } as const,
          ...listOf("indices", unsigned),
          ...listOf("values", { type: "FLOAT" }),
        ]
      : []),
    metadataElement,
  ];
}

/** A column of lists: its path and the definition levels of what may stand in a row. */
export type ListColumn = {
  path: string[];
  type: "FLOAT" | "INT32";
  nullLevel: 0;
  emptyLevel: number;
  valueLevel: number;
};

const list = ["list", "element"];
export const listColumns = {
  values: { path: ["values", ...list], type: "FLOAT", nullLevel: 0, emptyLevel: 1, valueLevel: 3 },
  indices: { path: ["sparse_values", "indices", ...list], type: "INT32", nullLevel: 0, emptyLevel: 2, valueLevel: 4 },
  weights: { path: ["sparse_values", "values", ...list], type: "FLOAT", nullLevel: 0, emptyLevel: 2, valueLevel: 4 },
} as const satisfies Record<string, ListColumn>;
