import { z } from "zod";
import type { Count, NamespacePage } from "../../contract";
import type { Asking } from "../connection/session";
import { quoted } from "../tables/catalog";
import { filled, isUnique, type Layout, namespaceText, type Rows, rowsOf, tableOf } from "../tables/layout";

const number = z.coerce.number();
const countSchema = z.object({ records: number, bare: number, others: number });
const groupSchema = z.object({ name: z.string(), records: number });
const totalSchema = z.object({ records: number, namespaces: number });

/** A key of a namespace that isn't unique counts once, as it is listed once. */
const records = (layout: Layout) => (isUnique(layout) ? "count(*)" : `count(DISTINCT ${quoted(layout.id.name)})`);

/** How many records a namespace has, exactly, and what else an operator should know of its rows. */
export async function countRecords(asking: Asking, layout: Layout, rows: Rows, namespace: string): Promise<Count> {
  const condition = rowsOf(layout, namespace, "all");
  if (condition === null) return { value: 0, exact: true };
  const vector = quoted(layout.vector.name);
  const values = [...condition.values];
  const parts = filled(layout, rows, (value) => `$${values.push(value)}`);
  const filter = parts.length > 0 ? ` FILTER (WHERE ${parts.join(" AND ")})` : "";
  const { model } = layout.marks;
  const otherModel =
    typeof rows === "object" && model !== null
      ? `count(*) FILTER (WHERE ${vector} IS NOT NULL AND ${quoted(model.name)} IS DISTINCT FROM $${values.push(rows.model)})`
      : "0";
  const [row] = await asking.rows(
    countSchema,
    `SELECT ${records(layout)}${filter} AS records, count(*) FILTER (WHERE ${vector} IS NULL) AS bare,
       ${otherModel} AS others FROM ${tableOf(layout)} WHERE ${condition.text}`,
    values,
  );
  const notes = notesOn(layout, row?.bare ?? 0, row?.others ?? 0);
  return {
    ...{ value: row?.records ?? 0, exact: true },
    ...(notes !== null && { note: notes }),
    ...(layout.table.hides && { withheld: withheldBy }),
  };
}

/** Of a table with policies that hold for the role: PostgreSQL tells nobody whether they leave rows out. */
export const withheldBy = "row-level security may keep rows from this role";

function notesOn({ table }: Layout, bare: number, others: number): string | null {
  const notes: string[] = [];
  if (bare > 0) notes.push(`${bare.toLocaleString("en-US")} ${bare === 1 ? "row has" : "rows have"} no vector`);
  if (others > 0) notes.push(`${others.toLocaleString("en-US")} ${others === 1 ? "has" : "have"} one of another model`);
  if (table.hides) notes.push(withheldBy);
  return notes.length === 0 ? null : notes.join("; ");
}

/** All namespaces with their counts, from one pass over the table. */
export async function readNamespaces(
  asking: Asking,
  layout: Layout,
  rows: Rows,
  prefix: string,
  pageSize: number,
): Promise<NamespacePage[]> {
  const condition = rowsOf(layout, null, rows);
  if (condition === null) return [];
  const name = `coalesce(${namespaceText(layout)}, '')`;
  const groups = await asking.rows(
    groupSchema,
    `SELECT name, records FROM (SELECT ${name} AS name, ${records(layout)} AS records FROM ${tableOf(layout)} WHERE ${condition.text} GROUP BY 1) AS groups
       WHERE starts_with(name, $${condition.values.length + 1}) ORDER BY name COLLATE "C"`,
    [...condition.values, prefix],
  );
  const pages: NamespacePage[] = [];
  for (let start = 0; start < groups.length; start += pageSize) {
    const end = start + pageSize;
    const namespaces = groups
      .slice(start, end)
      .map((group) => ({ name: group.name, count: { value: group.records, exact: true } }));
    pages.push({ namespaces, next: end < groups.length ? String(end) : null });
  }
  return pages;
}

/** Records and namespaces of the whole collection. */
export async function countAll(
  asking: Asking,
  layout: Layout,
  rows: Rows,
): Promise<{ records: number; namespaces: number }> {
  const condition = rowsOf(layout, null, rows);
  const groups = `SELECT ${records(layout)} AS records FROM ${tableOf(layout)} WHERE ${condition?.text ?? "false"} GROUP BY coalesce(${namespaceText(layout)}, '')`;
  const [row] = await asking.rows(
    totalSchema,
    `SELECT coalesce(sum(records), 0) AS records, count(*) AS namespaces FROM (${groups}) AS groups`,
    condition?.values ?? [],
  );
  return row ?? { records: 0, namespaces: 0 };
}
