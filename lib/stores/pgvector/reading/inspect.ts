import { z } from "zod";
import type { IndexShape, Metric } from "../../contract";
import type { Whereabouts } from "../connection/address";
import type { Asking } from "../connection/session";
import { isOver } from "../tables/index-statement";
import type { Layout, Rows } from "../tables/layout";
import { countAll, withheldBy } from "./counting";

const byOperators: readonly [RegExp, Metric][] = [
  [/_cosine_ops\b/, "cosine"],
  [/_ip_ops\b/, "dotproduct"],
  [/_l2_ops\b/, "euclidean"],
];

/** The metric that a table's own index or comment names, or `null`. */
export function metricOf({ table, vector }: Layout): Metric | null {
  for (const index of table.indexes) {
    if (index.method !== "hnsw" && index.method !== "ivfflat") continue;
    if (!isOver(index, vector.name)) continue;
    const found = byOperators.find(([operators]) => operators.test(index.operators));
    if (found) return found[1];
  }
  const [, said] = /; metric: (cosine|dotproduct|euclidean)$/.exec(table.comment ?? "") ?? [];
  return said === "cosine" || said === "dotproduct" || said === "euclidean" ? said : null;
}

const identitySchema = z.object({ system: z.string().nullable() });

/**
 * Which database of which server it is: by the server's own number, so that two names of one server are one, and a replica is what it is a replica of;
 * where the role may not read that, by host and port.
 */
export async function accountOf(
  asking: Asking,
  schema: string,
  { host, port, database }: Whereabouts,
): Promise<string> {
  const [row] = await asking.rows(
    identitySchema,
    `SELECT CASE WHEN has_function_privilege('pg_catalog.pg_control_system()', 'EXECUTE')
       THEN (SELECT system_identifier::text FROM pg_control_system()) END AS system`,
  );
  const server = row?.system ? `server ${row.system}` : `${host}:${port}`;
  return `${server}, database ${database}, schema ${schema}`;
}

/** What an operator sees of a collection before anything is read from it. */
export async function shapeOf(
  asking: Asking,
  layout: Layout,
  rows: Rows,
  given: { metric: Metric | undefined; account: string },
): Promise<IndexShape> {
  const { records, namespaces } = await countAll(asking, layout, rows);
  return {
    name: layout.collection,
    dimension: layout.dimension,
    metric: given.metric ?? metricOf(layout) ?? "cosine",
    ready: true,
    account: given.account,
    // By the server, not by the way to it: behind another name, port or pooler it is the same table.
    address: `${given.account}, table ${layout.table.name}${layout.within ? `#${layout.collection}` : ""}`,
    sparse: false,
    ...(layout.vector.base === "halfvec" && { keeps: "half" }),
    vectors: {
      value: records,
      exact: true,
      ...(layout.table.hides && { note: withheldBy }),
    },
    namespaces,
  };
}
