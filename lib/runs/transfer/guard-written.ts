import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import type { Work } from "../compare/work";
import { Drained } from "../lifecycle/interruptions";
import { routeMoved } from "../lifecycle/world";

/** So many of a run's own records are looked for: one request. */
const lookedFor = 20;
/** What was written a moment ago may not be seen yet. */
const pausesMs = [250, 500, 1000, 2000, 4000, 8000];

/**
 * An index that was deleted and made again under the same name is another one, and nothing that the service says of it tells that. So a run
 * that goes on looks for some of the records that it wrote: where none of them is there, neither is what it was writing to.
 * @throws OperatorError `route-moved`
 */
export async function guardWritten(work: Work): Promise<void> {
  const { held, parts, places } = work;
  if (held.attempts <= 1 || (held.kind !== "reembed" && held.kind !== "mirror")) return;
  const rows = await parts.database.rows(
    z.object({ id: z.string() }),
    `SELECT u.id FROM "Progress" p JOIN "Chunk" c ON c."planId" = $2 AND c."namespace" = p."namespace" AND c."sequence" = p."sequence"
       CROSS JOIN LATERAL unnest(c."creates") WITH ORDINALITY AS u(id, at)
      WHERE p."runId" = $1 AND p."namespace" = $3 AND substr(p."outcome", u.at::int, 1) = 'w' LIMIT ${lookedFor}`,
    [held.runId, held.planId, held.namespace],
  );
  const ids = rows.map((row) => row.id);
  if (ids.length === 0) return;
  for (const pauseMs of [0, ...pausesMs]) {
    await delay(pauseMs, undefined, { signal: work.drain }).catch(() => {
      throw new Drained();
    });
    const { missing } = await work.calls.make([{ allowance: work.allowances.fetch("target"), units: 1 }], (signal) =>
      parts.target.fetchHeads(places.target, ids, { signal }),
    );
    if (missing.length < ids.length) return;
  }
  const count = ids.length.toLocaleString("en-US");
  throw routeMoved(
    held.runId,
    `target index ${held.settings.target.index} with the records that it wrote; now none of ${count} of them is there: it was emptied, or deleted and made again`,
  );
}
