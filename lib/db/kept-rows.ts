import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import type { Database } from "./contract";
import { json } from "./json-column";

/** Rows are read in pages of so many: one page occupies the embedded database's only session for some tens of milliseconds. */
const pageSize = 10_000;

/**
 * Which rows of a table are kept, each by its `namespace`. The table has a column `changedBy`, and the triggers of the migration `changed_rows`.
 * @param where a condition over the table's columns; `$1`... are `values`
 */
export type Selection<Row> = {
  table: string;
  columns: string;
  where: string;
  values: readonly unknown[];
  row: z.ZodType<Row>;
};

/** `oldest`: the oldest transaction that may still be writing. `removedBy`: the last one that took rows out of the table. */
const marksRow = z.object({ oldest: z.string(), removedBy: z.string().nullable() });
type Marks = z.infer<typeof marksRow>;
/** Beyond all that can be seen. A dump brings rows from another server whose transactions this one hasn't come to yet. */
const latest = "pg_snapshot_xmax(pg_current_snapshot())::text::bigint";
const marksOf = (table: string) =>
  `SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS oldest, (SELECT "removedBy"::text FROM "RowsRemoved" WHERE "table" = '${table}') AS "removedBy"`;

/**
 * Rows of one table as the database has them, kept in memory: each look reads only what transactions changed since the last one, whichever
 * process they were of. A row that changed stays the same object.
 */
export class KeptRows<Row extends { namespace: string }> {
  /** Another number after a row came or went: whoever keeps something by the rows' names makes it again then. */
  namesVersion = 0;
  /** Another number after anything changed. */
  version = 0;
  readonly #rows = new Map<string, Row>();
  readonly #database: Database;
  readonly #of: Selection<Row>;
  #seen: Marks | null = null;
  #looking: Promise<unknown> = Promise.resolve();
  #next: Promise<ReadonlyMap<string, Row>> | null = null;

  constructor(database: Database, of: Selection<Row>) {
    this.#database = database;
    this.#of = of;
  }

  /** All rows, with what was committed before the call. It is the same map each time: read it before anything else is awaited. */
  look(): Promise<ReadonlyMap<string, Row>> {
    // A look that has begun may have missed what was committed before this call; those that come meanwhile share the next one.
    this.#next ??= this.#looking.then(() => {
      this.#next = null;
      const looking = this.#read();
      this.#looking = looking.catch(() => {});
      return looking;
    });
    return this.#next;
  }

  async #read(): Promise<ReadonlyMap<string, Row>> {
    const seen = this.#seen;
    const marks = seen === null || this.#rows.size === 0 ? null : await this.#readChanged(seen);
    this.#seen = marks ?? (await this.#readAll());
    return this.#rows;
  }

  /** Reads what changed since, most often by one statement that finds nothing. `null`: rows were removed. */
  async #readChanged({ oldest, removedBy }: Marks): Promise<Marks | null> {
    const { table, columns, where, values, row } = this.#of;
    const [since, after] = [`$${values.length + 1}::bigint`, `$${values.length + 2}::text`];
    const found = z.object({ ...marksRow.shape, row: json(row.nullable()) });
    // Of a hundred thousand rows few changed. `OFFSET 0` keeps a planner without statistics from going through all rows of the selection instead.
    const statement = `SELECT m.*, to_json(r) AS row FROM (${marksOf(table)}) m LEFT JOIN (
      SELECT "namespace", ${columns} FROM (SELECT * FROM "${table}" WHERE "changedBy" BETWEEN ${since} AND ${latest} OFFSET 0) c
       WHERE ${where} AND (${after} IS NULL OR "namespace" > ${after}) ORDER BY "namespace" LIMIT ${pageSize}) r ON true`;
    let first: Marks | null = null;
    for (let last: string | null = null; ; ) {
      const page: z.infer<typeof found>[] = await this.#database.rows(found, statement, [...values, oldest, last]);
      // Of the first page: what is committed between two of them is read once more next time.
      first ??= page[0] ?? null;
      if (first === null || page.some((each) => each.removedBy !== removedBy)) return null;
      for (const { row } of page) if (row !== null) this.#put(row);
      last = page.at(-1)?.row?.namespace ?? null;
      if (page.length < pageSize) return { oldest: first.oldest, removedBy };
    }
  }

  async #readAll(): Promise<Marks> {
    const { table, columns, where, values, row } = this.#of;
    const [marks] = await this.#database.rows(marksRow, marksOf(table));
    if (!marks) throw new Error("a statement without a table answered no row");
    const after = `$${values.length + 1}::text`;
    const rows = new Map<string, Row>();
    for (let last: string | null = null; ; ) {
      const page: Row[] = await this.#database.rows(
        row,
        `SELECT "namespace", ${columns} FROM "${table}" WHERE ${where} AND (${after} IS NULL OR "namespace" > ${after}) ORDER BY "namespace" LIMIT ${pageSize}`,
        [...values, last],
      );
      for (const each of page) rows.set(each.namespace, each);
      last = page.at(-1)?.namespace ?? null;
      if (page.length < pageSize) break;
    }
    this.#replaceAll(rows);
    return marks;
  }

  #replaceAll(rows: ReadonlyMap<string, Row>): void {
    if (rows.size === 0 && this.#rows.size === 0) return;
    for (const name of this.#rows.keys()) if (!rows.has(name)) this.#rows.delete(name);
    this.namesVersion++;
    this.version++;
    for (const row of rows.values()) this.#put(row);
  }

  #put(row: Row): void {
    const known = this.#rows.get(row.namespace);
    // Where a transaction stays open for long, what was written since it began is read again and again.
    if (known !== undefined && isDeepStrictEqual(known, row)) return;
    this.version++;
    if (known) return void Object.assign(known, row);
    this.#rows.set(row.namespace, row);
    this.namesVersion++;
  }
}
