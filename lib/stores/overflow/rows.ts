import { z } from "zod";
import type { Metadata } from "../contract";
import type { Asking } from "../pgvector/connection/session";
import { quoted } from "../pgvector/tables/catalog";
import type { Row } from "./row";
import { nameOf, type Place, type Standing, scopeOf } from "./table";

type Of = { place: Place; standing: Standing; index: string; namespace: string };

const idSchema = z.object({ id: z.string() });
const countSchema = z.object({ rows: z.coerce.number() });
const wholeSchema = z.object({ id: z.string(), columns: z.string(), metadata: z.string() });
const metadataSchema: z.ZodType<Metadata> = z.record(z.string(), z.json());

/** Writes whole rows in one statement. IDs ascend, so that two writers of the same rows wait for each other instead of locking each other out. */
export async function writeRows(asking: Asking, of: Of, rows: readonly Row[]): Promise<void> {
  const { place, standing } = of;
  const scope = scopeOf(standing, of, place);
  const keys = standing.columns.map(({ name }) => quoted(name));
  const values = [...keys, ...(standing.dated ? ["indexed_at"] : []), "metadata"];
  const types = standing.columns.map(({ name, type }) => `${quoted(name)} ${type}`);
  const into = ["vector_id", "index_name", ...(standing.namespaced ? ["namespace"] : []), ...values];
  const from = ["r.vector_id", "$1", ...(standing.namespaced ? ["$2"] : [])];
  const taken = values.map((name) => (name === "indexed_at" ? "coalesce(r.indexed_at, now())" : `r.${name}`));
  const unique = ["vector_id", "index_name", ...(standing.namespaced ? ["namespace"] : [])];
  const sorted = rows.toSorted((a, b) => (a.vector_id < b.vector_id ? -1 : 1));
  await asking.run(
    `INSERT INTO ${nameOf(place)} (${into.join(", ")}) SELECT ${[...from, ...taken].join(", ")}
       FROM jsonb_to_recordset($${scope.values.length + 1}::jsonb) AS r(${["vector_id text", ...types, "indexed_at timestamptz", "metadata jsonb"].join(", ")})
     ON CONFLICT (${unique.join(", ")}) DO UPDATE SET ${values.map((name) => `${name} = EXCLUDED.${name}`).join(", ")}`,
    [...scope.values, JSON.stringify(sorted)],
  );
}

/** The whole metadata of those that have a row. */
export async function readRows(asking: Asking, of: Of, ids: readonly string[]): Promise<Map<string, Metadata>> {
  const scope = scopeOf(of.standing, of, of.place);
  const columns = of.standing.columns.map(({ name }) => `'${name}', ${quoted(name)}`).join(", ");
  const rows = await asking.rows(
    wholeSchema,
    `SELECT vector_id AS id, jsonb_strip_nulls(jsonb_build_object(${columns}))::text AS columns, coalesce(metadata, '{}')::text AS metadata
       FROM ${nameOf(of.place)} WHERE ${scope.text} AND vector_id = ANY ($${scope.values.length + 1})`,
    [...scope.values, [...ids]],
  );
  return new Map(
    rows.map(({ id, columns: held, metadata }) => [
      id,
      { ...metadataSchema.parse(JSON.parse(held)), ...metadataSchema.parse(JSON.parse(metadata)) },
    ]),
  );
}

/** Which of these have a row. */
export async function haveRows(asking: Asking, of: Of, ids: readonly string[]): Promise<Set<string>> {
  const scope = scopeOf(of.standing, of, of.place);
  const rows = await asking.rows(
    idSchema,
    `SELECT vector_id AS id FROM ${nameOf(of.place)} WHERE ${scope.text} AND vector_id = ANY ($${scope.values.length + 1})`,
    [...scope.values, [...ids]],
  );
  return new Set(rows.map(({ id }) => id));
}

/** IDs of rows in byte order: behind one, up to another. */
export async function listRows(
  asking: Asking,
  of: Of,
  { after, last, limit }: { after: string | null; last: string | null; limit: number },
): Promise<string[]> {
  const scope = scopeOf(of.standing, of, of.place);
  const values = [...scope.values];
  const bound = (sign: string, id: string | null) =>
    id === null ? "" : ` AND vector_id COLLATE "C" ${sign} $${values.push(id)}`;
  const rows = await asking.rows(
    idSchema,
    `SELECT vector_id AS id FROM ${nameOf(of.place)} WHERE ${scope.text}${bound(">", after)}${bound("<=", last)}
      ORDER BY vector_id COLLATE "C" LIMIT ${limit}`,
    values,
  );
  return rows.map(({ id }) => id);
}

export async function countRows(asking: Asking, of: Of): Promise<number> {
  const scope = scopeOf(of.standing, of, of.place);
  const [row] = await asking.rows(
    countSchema,
    `SELECT count(*) AS rows FROM ${nameOf(of.place)} WHERE ${scope.text}`,
    scope.values,
  );
  return row?.rows ?? 0;
}
