import { z } from "zod";
import type { Asking } from "../connection/session";
import { quoted } from "../tables/catalog";
import { type Layout, tableOf } from "../tables/layout";

/** What changes a row before it is updated: triggers that are switched on, with what their functions say, and rules. */
const rewriterSchema = z.object({ name: z.string(), rule: z.boolean(), says: z.string() });

const rewriters = `
SELECT g.tgname AS name, false AS rule, p.prosrc || ' ' || encode(g.tgargs, 'escape') AS says
FROM pg_trigger g JOIN pg_proc p ON p.oid = g.tgfoid
WHERE g.tgrelid = $1::regclass AND NOT g.tgisinternal AND g.tgenabled IN ('O', 'A')
  -- Each row, before, on update.
  AND g.tgtype & 1 = 1 AND g.tgtype & 2 = 2 AND g.tgtype & 16 = 16
UNION ALL
SELECT r.rulename, true, pg_get_ruledef(r.oid) FROM pg_rewrite r
WHERE r.ev_class = $1::regclass AND r.ev_type = '2' AND r.ev_enabled IN ('O', 'A')
ORDER BY name`;

/**
 * What a plan says of triggers and rules where rows that have a vector are to be filled again: these are known to be done by the time that is written
 * with the vector, and what a trigger makes of it shows only with the first batch, which is refused then.
 */
export async function triggerNotes(asking: Asking, layout: Layout): Promise<string[]> {
  const { time } = layout.marks;
  if (time === null) return [];
  const found = await asking.rows(rewriterSchema, rewriters, [tableOf(layout)]);
  return found.map(({ name, rule, says }) => {
    const named = `The ${rule ? "rule" : "trigger"} ${quoted(name)}`;
    const then =
      "Where it sets it, the first batch is refused and nothing of it is kept: name another column as the connection's time column, or switch it off for this run.";
    return says.includes(time.name)
      ? `${named} changes rows before they are updated and speaks of the time column ${time.name}, by which rows are known to be done. ${then}`
      : `${named} changes rows before they are updated; whether it sets the time column ${time.name} wasn't checked. ${then}`;
  });
}
