import { z } from "zod";
import type { RowCoverage } from "../../contract";
import type { Asking } from "../connection/session";
import { literal, quoted } from "../tables/catalog";
import { type Layout, namespaceText, rowsOf, tableOf } from "../tables/layout";
import { choosable, onlyMissing } from "./chosen-rows";

const number = z.coerce.number();
const modelRow = z.object({ model: z.string().nullable(), rows: number, withVector: number });
const namespaceRow = z.object({ name: z.string(), rows: number, withVector: number, namespaces: number });

/** Namespaces that are listed. */
const most = 1000;

/** How many rows have a vector, of which model, and by namespace: in two statements that anybody can run. */
export async function readCoverage(asking: Asking, layout: Layout): Promise<RowCoverage> {
  const condition = rowsOf(layout, null, "all");
  const { text, values } = condition ?? { text: "true", values: [] };
  // In one pass, and by a function: a value may look like a parameter, or like what stands for a match.
  const where = text.replace(/\$(\d+)(?=::)/g, (_, number: string) => literal(values[Number(number) - 1] ?? ""));
  const vector = quoted(layout.vector.name);
  const { model } = layout.marks;
  const counts = `count(*) AS rows, count(${vector}) AS "withVector"`;
  const byModel = `SELECT CASE WHEN ${vector} IS NOT NULL THEN ${model ? `${quoted(model.name)}::text` : "NULL"} END AS model, ${counts}
  FROM ${tableOf(layout)} WHERE ${where} GROUP BY 1 ORDER BY "withVector" DESC, 1`;
  const byNamespace = `SELECT coalesce(${namespaceText(layout)}, '') AS name, ${counts}, count(*) OVER () AS namespaces
  FROM ${tableOf(layout)} WHERE ${where} GROUP BY 1 ORDER BY 1 LIMIT ${most}`;
  const models = await asking.rows(modelRow, byModel);
  const namespaces = await asking.rows(namespaceRow, byNamespace);
  const sum = (of: (row: z.infer<typeof modelRow>) => number) => models.reduce((total, row) => total + of(row), 0);
  const cannot = onlyMissing(layout);
  return {
    rows: sum((row) => row.rows),
    withVector: sum((row) => row.withVector),
    models:
      model &&
      models.filter((row) => row.withVector > 0).map(({ model: name, withVector }) => ({ model: name, withVector })),
    namespaces: namespaces.map(({ name, rows, withVector }) => ({ name, rows, withVector })),
    more: Math.max(0, (namespaces[0]?.namespaces ?? 0) - namespaces.length),
    note: layout.table.hides ? "Row-level security may keep rows from this role: they aren't counted." : null,
    sql: [byModel, byNamespace],
    columns: choosable(layout).map(({ name, type }) => ({ name, type })),
    onlyMissing: cannot && `${cannot.what}. ${cannot.next}`,
  };
}
