import { setTimeout as pause } from "node:timers/promises";
import type { Database } from "@/lib/db/contract";

/** Rows that one statement removes: what works meanwhile waits for no longer than that takes. */
const rowsAtOnce = 1000;
/** Between two statements, so that the removal never has more than a part of the database's time. Milliseconds. */
const breath = 40;

/** How many rows were removed from which table, in this process, since it was vacuumed. */
export type Removed = Map<string, number>;

export type Removal = { database: Database; signal: AbortSignal; removed: Removed };

/**
 * Removes the rows of `table` (as `t`) that `condition` means, a thousand at a time with a pause after each; ends early when the signal fires.
 * @returns how many
 */
export async function removeRows(
  { database, signal, removed }: Removal,
  table: string,
  condition: string,
  values: readonly unknown[],
): Promise<number> {
  let all = 0;
  while (!signal.aborted) {
    const gone = await database.run(
      `DELETE FROM "${table}" WHERE ctid = ANY (ARRAY(SELECT t.ctid FROM "${table}" t WHERE ${condition} LIMIT ${rowsAtOnce}))`,
      values,
    );
    all += gone;
    removed.set(table, (removed.get(table) ?? 0) + gone);
    if (gone < rowsAtOnce) break;
    await pause(breath, undefined, { signal }).catch(() => {});
  }
  return all;
}
