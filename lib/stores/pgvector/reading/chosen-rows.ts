import { z } from "zod";
import { isServiceFailure } from "@/lib/failures";
import type { RowChoice, RowCondition } from "@/lib/shapes/routes/fill";
import { refusal } from "../connection/failures";
import type { Call, Sessions } from "../connection/session";
import { type Column, isVector } from "../tables/catalog";
import { type Layout, typeOf } from "../tables/layout";
import type { Tables } from "../tables/tables";

const compared = z.object({ same: z.boolean().nullable() });

/** The same collections, of which only the chosen rows are looked at and written. A choice that can't be made is refused with the first question. */
export function chosenTables(sessions: Sessions, tables: Tables, { where, again }: RowChoice): Tables {
  const checked = new WeakMap<Layout, Layout>();
  const narrowed = async (call: Call, layout: Layout): Promise<Layout> => {
    const known = checked.get(layout);
    if (known) return known;
    const cannot = again === undefined ? null : onlyMissing(layout);
    if (cannot !== null) throw refusal("conflict", call.operation, cannot.what, cannot.next);
    const chosen = where && { column: await columnFor(sessions, call, layout, where), value: where.value };
    const made: Layout = chosen ? { ...layout, chosen } : layout;
    checked.set(layout, made);
    return made;
  };
  const find = async (call: Call, name: string) => {
    const layout = await tables.find(call, name);
    return layout && narrowed(call, layout);
  };
  return {
    ...tables,
    find,
    get: async (call, name) => narrowed(call, await tables.get(call, name)),
    using: (call, name, work) => tables.using(call, name, async (layout) => work(await narrowed(call, layout))),
  };
}

/** Columns by which rows can be chosen: all but those that a run sets, since a row would leave the choice by being written. */
export function choosable({ table, vector, marks, writes, columns, metadata }: Layout): Column[] {
  const set = new Set([vector.name, marks.model?.name, marks.time?.name]);
  if (writes === "update") for (const { column } of columns) set.add(column.name);
  if (metadata) set.add(metadata.name);
  return table.columns.filter((column) => !set.has(column.name) && !isVector(column));
}

/** Why rows that have a vector can't be filled again; `null`: they can. */
export function onlyMissing({ table, marks }: Layout): { what: string; next: string } | null {
  const next =
    "Name a column of the type timestamptz as the connection's time column, or empty the vectors that are to be made again.";
  if (marks.time === null)
    return {
      what: `Rows of ${table.name} that have a vector can't be filled again: without a time column nothing tells which of them are done`,
      next,
    };
  if (marks.time.base !== "date") return null;
  return {
    what: `Rows of ${table.name} that have a vector can't be filled again: its time column ${marks.time.name} holds days alone, which don't tell which of them are done`,
    next,
  };
}

async function columnFor(
  sessions: Sessions,
  call: Call,
  layout: Layout,
  { column: name, value }: RowCondition,
): Promise<Column> {
  const { table } = layout;
  const can = choosable(layout);
  const column = can.find((each) => each.name === name);
  if (!column) {
    const stands = table.columns.some((each) => each.name === name);
    throw refusal(
      "invalid",
      call.operation,
      stands
        ? `Rows of ${table.name} can't be chosen by ${name}, which is written by the run itself`
        : `Table ${table.name} has no column ${name} by which rows could be chosen`,
      `Choose by one of these: ${can.map((each) => each.name).join(", ")}.`,
    );
  }
  if (value === "") return column;
  const type = typeOf(column);
  try {
    await sessions.ask(call, (asking) => asking.rows(compared, `SELECT $1::${type} = $1::${type} AS same`, [value]));
  } catch (error) {
    if (!isServiceFailure(error) || !/^(22|42)/.test(String(error.serviceCode ?? ""))) throw error;
    throw refusal(
      "invalid",
      call.operation,
      `Rows of ${table.name} can't be chosen by ${name}=${JSON.stringify(value.slice(0, 64))}: the column is of the type ${column.type}`,
      "Give a value that the column could hold; an empty one means rows without any.",
    );
  }
  return column;
}
