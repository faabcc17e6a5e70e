import type { CallOptions, Metric } from "../contract";
import { countAll } from "./counting";
import { plannedTable } from "./ensure-index";
import { type Indexed, type IndexPlan, indexMemory, indexStatement } from "./index-statement";
import type { IndexSettings } from "./settings";
import type { Opened, PgvectorOptions } from "./source";
import { statements } from "./statements";

export type Planned = {
  /** What `ensureIndex` will run, in this order; empty where the table stands. */
  statements: string[];
  /** What `complete` will run once the rows are there, or why there is no index. */
  index: IndexPlan | { none: string };
  /** What building the index takes to be quick, against `maintenance_work_mem`; `null` where it is no graph. */
  memoryBytes: number | null;
};

/**
 * The SQL for a collection of this shape, to be shown before anything is run. Nothing is run for it.
 * @param wanted.rows how many rows it will have in the end
 */
export function planned(
  { sessions, tables, rows }: Opened,
  options: PgvectorOptions,
  settings: IndexSettings,
  wanted: { name: string; dimension: number; metric: Metric; rows: number },
  { signal }: CallOptions = {},
): Promise<Planned> {
  const call = { operation: "planned", signal };
  return sessions.ask(call, async (asking) => {
    const standing = await tables.find(call, wanted.name);
    const { table } = await plannedTable(asking, options.schema, wanted);
    const typeSchema = table.extension ?? "public";
    const indexed: Indexed = standing
      ? { ...standing, dimension: standing.dimension ?? wanted.dimension }
      : {
          ...{ schema: options.schema, table: { name: wanted.name }, dimension: wanted.dimension, within: null },
          vector: { name: "embedding", base: "vector", typeSchema, modifier: wanted.dimension },
        };
    const stand = standing ? (await countAll(asking, standing, rows)).records : 0;
    const most = Math.max(wanted.rows, stand);
    const index = indexStatement(indexed, { ...settings, metric: options.metric ?? wanted.metric, rows: most });
    const half = "none" in index || index.cast.includes("halfvec");
    const graph = !("none" in index) && settings.index === "hnsw";
    return {
      statements: standing ? [] : statements(table),
      index,
      memoryBytes: graph ? indexMemory({ rows: most, dimension: wanted.dimension, half, m: settings.m }) : null,
    };
  });
}
