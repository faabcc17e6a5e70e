import { z } from "zod";
import type { Step } from "@/lib/shapes/runs/steps";
import { refusal } from "../pgvector/connection/failures";
import type { Asking } from "../pgvector/connection/session";
import { quoted } from "../pgvector/tables/catalog";

/** Where the whole metadata of vectors stands, beside the store that has the vectors. */
export type Place = { schema: string; table: string };

/** Metadata keys that have a column of their own; all others stand in the column `metadata`. */
export const columnKeys = [
  "source_type",
  "chunk_index",
  "total_chunks",
  "has_context",
  "original_text",
  "file_path",
  "url",
  "conversation_id",
] as const;

/** How one column takes values: by its base type, at most so many characters, and whether there has to be one. */
export type KeyColumn = { name: string; type: string; length: number | null; required: boolean };

/** A table as it stands: one that Portage made, or one of an application with columns of the same names. */
export type Standing = { columns: KeyColumn[]; longestId: number | null; namespaced: boolean; dated: boolean };

export const nameOf = ({ schema, table }: Place): string => `${quoted(schema)}.${quoted(table)}`;

/** What makes the table, to be shown and agreed to; none where it stands. */
export function stepsOf(place: Place): Step[] {
  return [
    {
      when: "before",
      by: "portage",
      what: `Makes the table that keeps the whole metadata of each vector`,
      statement: `CREATE TABLE IF NOT EXISTS ${nameOf(place)} (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  vector_id text COLLATE "C" NOT NULL,
  index_name text NOT NULL,
  namespace text NOT NULL DEFAULT '',
  source_type text,
  chunk_index integer,
  total_chunks integer,
  has_context boolean,
  original_text text,
  file_path text,
  url text,
  conversation_id text,
  indexed_at timestamptz NOT NULL DEFAULT now(),
  metadata jsonb NOT NULL DEFAULT '{}',
  UNIQUE (vector_id, index_name, namespace)
)`,
    },
  ];
}

const columnSchema = z.object({
  name: z.string(),
  type: z.string(),
  length: z.number().nullable(),
  required: z.boolean(),
});

/**
 * The table as it stands, or `null` where there is none.
 * @throws ServiceFailure `conflict` for one that can't keep metadata of vectors
 */
export async function readStanding(asking: Asking, place: Place): Promise<Standing | null> {
  const columns = await asking.rows(
    columnSchema,
    `SELECT column_name AS name, udt_name AS type, character_maximum_length AS length, is_nullable = 'NO' AS required
       FROM information_schema.columns WHERE table_schema = $1 AND table_name = $2`,
    [place.schema, place.table],
  );
  if (columns.length === 0) return null;
  const named = new Map(columns.map((column) => [column.name, column]));
  const missing = ["vector_id", "index_name", "metadata"].filter((name) => !named.has(name));
  if (missing.length > 0 || named.get("metadata")?.type !== "jsonb")
    throw refusal(
      "conflict",
      "overflow",
      `The table ${place.table} can't keep metadata of vectors: it has no ${missing.join(", ") || "column metadata of the type jsonb"}`,
      "Name another table in the route, or have Portage make one.",
    );
  const known: readonly string[] = columnKeys;
  return {
    columns: columns.filter(({ name }) => known.includes(name)),
    longestId: named.get("vector_id")?.length ?? null,
    namespaced: named.has("namespace"),
    dated: named.get("indexed_at")?.type === "timestamptz",
  };
}

/** Which rows belong to an index and a namespace, from a parameter's number on. */
export function scopeOf(
  { namespaced }: Standing,
  { index, namespace }: { index: string; namespace: string },
  place: Place,
): { text: string; values: string[] } {
  if (namespaced) return { text: `index_name = $1 AND namespace = $2`, values: [index, namespace] };
  if (namespace !== "")
    throw refusal(
      "conflict",
      "overflow",
      `The table ${place.table} has no column for the namespace ${JSON.stringify(namespace)}: records of two namespaces would take each other's place`,
      `Add it: ALTER TABLE ${nameOf(place)} ADD COLUMN namespace text NOT NULL DEFAULT ''; and make (vector_id, index_name, namespace) unique in place of (vector_id, index_name).`,
    );
  return { text: `index_name = $1`, values: [index] };
}
