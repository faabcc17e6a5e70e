import { z } from "zod";
import type { SearchEffort } from "../../contract";
import type { Asking } from "../connection/session";
import type { TableIndex } from "../tables/catalog";
import { isOver } from "../tables/index-statement";
import type { Layout } from "../tables/layout";

/** Those over the vectors. */
export const vectorIndexes = ({ table, vector }: Layout): TableIndex[] =>
  table.indexes.filter(
    (index) => (index.method === "hnsw" || index.method === "ivfflat") && isOver(index, vector.name),
  );

const most = { "hnsw.ef_search": 1000, "ivfflat.probes": 32_768 };
const tried = { "hnsw.ef_search": [20, 40, 80, 160, 320, 640], "ivfflat.probes": [1, 3, 10, 30, 100, 300] };
const usual = { "hnsw.ef_search": 40, "ivfflat.probes": 1 };

/** Of a table with indexes of both methods the graph's: that is what the planner takes. */
function settingOf(layout: Layout): keyof typeof most | null {
  const methods = vectorIndexes(layout)
    .filter(({ valid }) => valid)
    .map(({ method }) => method);
  if (methods.includes("hnsw")) return "hnsw.ef_search";
  return methods.includes("ivfflat") ? "ivfflat.probes" : null;
}

const settingSchema = z.object({ value: z.string().nullable() });

/** What a session gets that sets nothing. */
export async function readEffort(asking: Asking, layout: Layout): Promise<SearchEffort | null> {
  const setting = settingOf(layout);
  if (setting === null) return null;
  // Known to the server once a session has used the extension; its own default until then.
  const [row] = await asking.rows(settingSchema, `SELECT current_setting('${setting}', true) AS value`);
  const now = Number(row?.value ?? "");
  return { setting, now: Number.isInteger(now) && now > 0 ? now : usual[setting], tries: tried[setting] };
}

/** For the transaction at hand alone. */
export async function setEffort(asking: Asking, layout: Layout, effort: number): Promise<void> {
  const setting = settingOf(layout);
  if (setting === null) return;
  const value = Math.max(1, Math.min(most[setting], Math.trunc(effort)));
  await asking.run(`SET LOCAL ${setting} = ${value}`);
}
