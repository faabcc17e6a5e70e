import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import type { Sessions } from "../connection/session";

const everyMs = 2000;
const number = z.coerce.number();
const progressSchema = z.object({ phase: z.string(), done: number, all: number });
export type BuildProgress = z.infer<typeof progressSchema>;

/**
 * Tells how far the building of an index has come, from another session than the one that builds, until `ended`. What can't be read is no reason to
 * stop a build.
 */
export async function tellProgress(
  sessions: Sessions,
  { schema, name }: { schema: string; name: string },
  ended: AbortSignal,
  tell: (words: string) => void,
): Promise<void> {
  const call = { operation: "progress", signal: ended };
  while (!ended.aborted) {
    const [at] = await sessions
      .ask(call, (asking) =>
        asking.rows(
          progressSchema,
          `SELECT p.phase, p.blocks_done::text AS done, p.blocks_total::text AS all FROM pg_stat_progress_create_index p
             JOIN pg_class c ON c.oid = p.index_relid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1 AND c.relname = $2`,
          [schema, name],
        ),
      )
      .catch(() => []);
    if (!ended.aborted) tell(progressWords(name, at));
    await delay(everyMs, undefined, { signal: ended }).catch(() => {});
  }
}

/** Blocks of the table are an honest measure: of rows the server counts none while it builds HNSW. */
export function progressWords(name: string, at: BuildProgress | undefined): string {
  const index = `the index ${name} to be built`;
  if (at === undefined) return index;
  if (/^waiting/.test(at.phase)) return `${index}: the server waits for transactions that began before`;
  if (/validation/.test(at.phase)) return `${index}: the server checks it`;
  if (at.all === 0) return `${index}: ${at.phase.replace("building index: ", "")}`;
  return `${index}: ${Math.floor((100 * at.done) / at.all)} % of the table`;
}
