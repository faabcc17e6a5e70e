import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import type { Database } from "./contract";

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

const marksRow = z.object({ oldest: z.string(), removedBy: z.string().nullable() });
type Marks = z.infer<typeof marksRow>;

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
    // Read before the rows: what is committed in between is read once more next time.
    const [marks] = await this.#database.rows(
      marksRow,
      `SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS oldest,
         (SELECT "removedBy"::text FROM "RowsRemoved" WHERE "table" = $1) AS "removedBy"`,
      [this.#of.table],
    );
    if (!marks) throw new Error("a statement without a table answered no row");
    const seen = this.#seen;
    if (seen?.removedBy === marks.removedBy) await this.#readPages(seen.oldest, (row) => this.#put(row));
    else await this.#readAll();
    this.#seen = marks;
    return this.#rows;
  }

  async #readAll(): Promise<void> {
    const rows = new Map<string, Row>();
    await this.#readPages(null, (row) => void rows.set(row.namespace, row));
    for (const name of this.#rows.keys()) if (!rows.has(name)) this.#rows.delete(name);
    this.namesVersion++;
    this.version++;
    for (const row of rows.values()) this.#put(row);
  }

  /** @param since the oldest transaction whose end wasn't seen yet; `null`: all rows */
  async #readPages(since: string | null, put: (row: Row) => void): Promise<void> {
    const { table, columns, where, values, row } = this.#of;
    const [oldest, after] = [`$${values.length + 1}::bigint`, `$${values.length + 2}::text`];
    const changed = since === null ? `${oldest} IS NULL` : `"changedBy" >= ${oldest}`;
    let last: string | null = null;
    for (;;) {
      const page: Row[] = await this.#database.rows(
        row,
        `SELECT "namespace", ${columns} FROM "${table}" WHERE ${where} AND ${changed} AND (${after} IS NULL OR "namespace" > ${after})
          ORDER BY "namespace" LIMIT ${pageSize}`,
        [...values, since, last],
      );
      page.forEach(put);
      last = page.at(-1)?.namespace ?? null;
      if (page.length < pageSize) return;
    }
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
