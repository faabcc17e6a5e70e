import type { Database, JSValue } from "node-sqlite3-wasm";
import type { z } from "zod";

/** Rows of a query, each parsed. */
export function rowsOf<Row>(database: Database, schema: z.ZodType<Row>, sql: string, values: JSValue[] = []): Row[] {
  return database.all(sql, values).map((row) => schema.parse(row));
}

/** Names of a table's columns; empty when there is no such table. Versions of Chroma differ in them. */
export function columnsOf(database: Database, table: string): Set<string> {
  return new Set(database.all("SELECT name FROM pragma_table_info(?)", [table]).map((row) => String(row.name)));
}
