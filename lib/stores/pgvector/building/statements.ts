import type { Metric } from "../../contract";
import { literal, quoted } from "../tables/catalog";
import { ownComment } from "../tables/recognise";

/** A table to be made, and what is missing around it. */
export type NewTable = {
  schema: string;
  name: string;
  dimension: number;
  metric: Metric;
  /** The extension's schema, or `null` when the database hasn't it yet. */
  extension: string | null;
  schemaStands: boolean;
};

/** Needed of somebody with more rights, where the connection's role may not. */
export const extensionStatement = "CREATE EXTENSION IF NOT EXISTS vector";

/**
 * The statements that make Portage's own table, in this order and nothing else: what a plan shows is what runs. IDs and namespaces are kept in the
 * order of bytes, so that a listing is a scan along the key. The index on the vectors comes after loading, by `indexStatement`.
 */
export function statements({ schema, name, dimension, metric, extension, schemaStands }: NewTable): string[] {
  const table = `${quoted(schema)}.${quoted(name)}`;
  const type = `${extension === null ? "" : `${quoted(extension)}.`}vector(${dimension})`;
  return [
    ...(extension === null ? [extensionStatement] : []),
    ...(schemaStands ? [] : [`CREATE SCHEMA IF NOT EXISTS ${quoted(schema)}`]),
    `CREATE TABLE IF NOT EXISTS ${table} (
  namespace text COLLATE "C" NOT NULL DEFAULT '',
  id text COLLATE "C" NOT NULL,
  embedding ${type} NOT NULL,
  metadata jsonb NOT NULL DEFAULT '{}',
  PRIMARY KEY (namespace, id)
)`,
    `COMMENT ON TABLE ${table} IS ${literal(ownComment(metric))}`,
  ];
}
