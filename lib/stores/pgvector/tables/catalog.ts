import { z } from "zod";
import type { Asking } from "../connection/session";

const columnSchema = z.object({
  name: z.string(),
  /** As SQL writes it: `character varying(255)`. */
  type: z.string(),
  /** Its own name alone: `varchar`. */
  base: z.string(),
  typeSchema: z.string(),
  /** Of a vector or halfvec: the number of the type vector beside it. */
  vectorOid: z.number().nullable(),
  /** Of a `vector` its dimension; -1 where none was given. */
  modifier: z.number(),
  required: z.boolean(),
  /** The database gives it a value when an INSERT doesn't. */
  filled: z.boolean(),
  generated: z.boolean(),
  /** Its own order, and so that of its index, is that of bytes. */
  bytewise: z.boolean(),
});
export type Column = z.infer<typeof columnSchema>;

const indexSchema = z.object({
  name: z.string(),
  /** No two rows that a query of the table finds have the same key: one of a table that others inherit from says nothing of their rows. */
  unique: z.boolean(),
  primary: z.boolean(),
  valid: z.boolean(),
  /** Over some rows, or over an expression. */
  special: z.boolean(),
  method: z.string(),
  columns: z.array(z.string()),
  operators: z.string(),
  definition: z.string(),
});
export type TableIndex = z.infer<typeof indexSchema>;

const tableSchema = z.object({
  name: z.string(),
  comment: z.string().nullable(),
  /** Row-level security may keep rows from this role. */
  hides: z.boolean(),
  view: z.boolean(),
  partitioned: z.boolean(),
  /** Rows may be copied into it: nothing of the table looks at each one, and the server is one that can (the sandbox's can't). */
  copies: z.boolean(),
  columns: z.array(columnSchema),
  indexes: z.array(indexSchema),
});
export type Table = z.infer<typeof tableSchema>;

const tablesQuery = `
SELECT c.relname AS name, obj_description(c.oid, 'pg_class') AS comment, c.relkind IN ('v', 'm', 'f') AS view, c.relkind = 'p' AS partitioned,
  row_security_active(c.oid) AS hides,
  c.relkind IN ('r', 'p') AND NOT c.relhasrules AND NOT row_security_active(c.oid) AND version() NOT LIKE '%emcc%'
    AND NOT EXISTS (SELECT FROM pg_trigger g WHERE g.tgrelid = c.oid AND NOT g.tgisinternal) AS copies,
  (SELECT coalesce(json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod), 'base', t.typname,
      'typeSchema', s.nspname,
      'vectorOid', CASE WHEN t.typname IN ('vector', 'halfvec') THEN
        (SELECT v.oid::int8 FROM pg_type v WHERE v.typname = 'vector' AND v.typnamespace = t.typnamespace) END, 'modifier', a.atttypmod, 'required', a.attnotnull,
      'filled', a.atthasdef OR a.attidentity <> '', 'generated', a.attgenerated <> '',
      'bytewise', CASE WHEN a.attcollation = 0 THEN true
        WHEN k.collname = 'default' THEN d.datcollate IN ('C', 'POSIX') AND d.datlocprovider = 'c'
        ELSE k.collcollate IN ('C', 'POSIX') AND k.collprovider = 'c' END) ORDER BY a.attnum), '[]')
    FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid JOIN pg_namespace s ON s.oid = t.typnamespace
      LEFT JOIN pg_collation k ON k.oid = a.attcollation
    WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) AS columns,
  (SELECT coalesce(json_agg(json_build_object('name', x.relname, 'unique', i.indisunique AND NOT (c.relkind = 'r' AND EXISTS (SELECT FROM pg_inherits h WHERE h.inhparent = c.oid)), 'primary', i.indisprimary,
      'valid', i.indisvalid, 'special', i.indpred IS NOT NULL OR i.indexprs IS NOT NULL, 'method', m.amname,
      'columns', (SELECT coalesce(json_agg(a.attname), '[]') FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum = ANY ((i.indkey::int2[])[0:i.indnkeyatts - 1])),
      'operators', (SELECT string_agg(o.opcname, ' ') FROM pg_opclass o WHERE o.oid = ANY (i.indclass)),
      'definition', pg_get_indexdef(i.indexrelid)) ORDER BY x.relname), '[]')
    FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid JOIN pg_am m ON m.oid = x.relam
    WHERE i.indrelid = c.oid) AS indexes
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_database d ON d.datname = current_database()
WHERE n.nspname = $1 AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition AND ($2::text IS NULL OR c.relname = $2)
ORDER BY c.relname`;

/** The tables of a schema as the catalog has them, or the one of this name. */
export function readTables(asking: Asking, schema: string, name: string | null): Promise<Table[]> {
  return asking.rows(tableSchema, tablesQuery, [schema, name]);
}

export const isVector = ({ base }: Pick<Column, "base">): boolean => base === "vector" || base === "halfvec";
export const isJson = ({ base }: Pick<Column, "base">): boolean => base === "json" || base === "jsonb";
export const isText = ({ base }: Pick<Column, "base">): boolean => ["text", "varchar", "bpchar"].includes(base);
export const isInteger = ({ base }: Pick<Column, "base">): boolean => ["int2", "int4", "int8"].includes(base);

/** A name as SQL takes it, whatever its characters. */
export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
/** A text as SQL takes it, where no parameter can stand. */
export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;
