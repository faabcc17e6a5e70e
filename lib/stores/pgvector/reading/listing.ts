import { z } from "zod";
import { ServiceFailure } from "@/lib/failures";
import { findDisorder } from "../../byte-order";
import type { ListPage } from "../../contract";
import { refusal, service } from "../connection/failures";
import type { Asking, Value } from "../connection/session";
import { type Column, isInteger, isText, quoted } from "../tables/catalog";
import { columnValue, isUnique, type Layout, type Rows, rowsOf, tableOf } from "../tables/layout";
import { integerRanges } from "./integer-order";

const idSchema = z.object({ id: z.string() });
type Page = { after: string | null; prefix: string; limit: number };

/**
 * One page of IDs in byte order, by the key: it goes on behind the last ID, and never counts rows off. A text key whose index has the order of bytes is
 * read from that index; for any other the server sorts, once for each page, and so pages are large.
 */
export async function listIds(
  asking: Asking,
  layout: Layout,
  rows: Rows,
  namespace: string,
  page: Page,
): Promise<ListPage> {
  const condition = rowsOf(layout, namespace, rows);
  if (condition === null) return { ids: [], next: null };
  // A cursor is the last ID of a page.
  if (page.after !== null && columnValue(layout.id, page.after) === null)
    throw refusal("malformed", "listIds", `The cursor is none that a listing of ${layout.collection} gave`);
  const values: Value[] = [...condition.values];
  const parameter = (value: Value) => `$${values.push(value)}`;
  const statement = isInteger(layout.id)
    ? integerPage(layout, condition.text, page, parameter)
    : orderedPage(layout, condition.text, page, parameter);
  if (statement === null) return { ids: [], next: null };
  const ids = (await asking.rows(idSchema, statement, values)).map(({ id }) => id);
  const disorder = findDisorder(ids, page.after ?? undefined);
  if (disorder) {
    const { before, id } = disorder;
    const message = `${service} listed ${JSON.stringify(id)} after ${JSON.stringify(before)}, against the order of bytes`;
    throw new ServiceFailure({ code: "disorder", service, operation: "listIds", message });
  }
  const more = ids.length > page.limit;
  if (more) ids.pop();
  return { ids, next: more ? (ids.at(-1) ?? null) : null };
}

function orderedPage(
  layout: Layout,
  where: string,
  { after, prefix, limit }: Page,
  parameter: (value: Value) => string,
): string {
  const id = quoted(layout.id.name);
  const order = isText(layout.id) && !layout.id.bytewise ? `${id} COLLATE "C"` : id;
  const parts = [where];
  if (after !== null) parts.push(`${order} > ${parameter(after)}::${layout.id.base === "uuid" ? "uuid" : "text"}`);
  if (prefix !== "") {
    const start = parameter(prefix);
    parts.push(`starts_with(${id}::text, ${start})`);
    // The server would read on to the end of the table for the last page: nothing of the prefix stands behind this.
    if (isText(layout.id))
      parts.push(`${order} >= ${start}::text`, `${order} <= ${start}::text || repeat(chr(1114111), 8)`);
  }
  const distinct = isUnique(layout) ? "" : "DISTINCT ";
  const inner = `SELECT ${distinct}${order} AS id FROM ${tableOf(layout)} WHERE ${parts.join(" AND ")}`;
  return `SELECT id::text FROM (${inner}${distinct === "" ? ` ORDER BY ${order} LIMIT ${parameter(limit + 1)}` : ""}) AS page${
    distinct === "" ? "" : ` ORDER BY id LIMIT ${parameter(limit + 1)}`
  }`;
}

/** Whole numbers of as many digits are sorted alike as numbers and as texts: a read of the index for each length, and the first of all of them. */
function integerPage(
  layout: Layout,
  where: string,
  { after, prefix, limit }: Page,
  parameter: (value: Value) => string,
): string | null {
  const id = quoted(layout.id.name);
  const most = parameter(limit + 1);
  const distinct = isUnique(layout) ? "" : "DISTINCT ";
  const type = integerType(layout.id);
  const parts = integerRanges(type, { after, prefix }).map(
    ({ from, to, descending }) =>
      `(SELECT ${distinct}${id} AS id FROM ${tableOf(layout)} WHERE ${where} AND ${id} BETWEEN '${from}'::${type} AND '${to}'::${type} ORDER BY ${id}${descending ? " DESC" : ""} LIMIT ${most})`,
  );
  if (parts.length === 0) return null;
  return `SELECT id::text FROM (${parts.join(" UNION ALL ")}) AS page ORDER BY id::text COLLATE "C" LIMIT ${most}`;
}

function integerType({ base }: Column): "int2" | "int4" | "int8" {
  return base === "int2" || base === "int4" ? base : "int8";
}
