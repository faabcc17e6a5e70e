import { z } from "zod";
import type { Sql } from "@/lib/db/contract";
import { OperatorError } from "@/lib/operator-error";
import { settingOf } from "@/lib/routes/set-by";
import type { HeldModels } from "@/lib/shapes/namespaces/namespaces";
import { defaultConnections, defaultRoute } from "@/lib/shapes/routes/route";
import type { RunSettings } from "@/lib/shapes/runs/run";
import type { Target } from "./overlap";

const spaceSchema = z.object({
  namespace: z.string(),
  model: z.string(),
  dimension: z.number(),
  task: z.string(),
  vectors: z.coerce.number(),
});
/** Vectors of one model, dimension and task that Portage wrote to a namespace of a target. */
export type HeldSpace = z.infer<typeof spaceSchema>;

/** What Portage wrote to the namespaces of an index (all of them without `namespaces`), most first. */
export async function readSpaces(sql: Sql, target: Target, namespaces?: readonly string[]): Promise<HeldSpace[]> {
  return sql.rows(
    spaceSchema,
    `SELECT "namespace", "model", "dimension", "task", sum("vectors")::text AS "vectors" FROM "VectorSpace"
      WHERE ${ofTarget} AND ($3::text[] IS NULL OR "namespace" = ANY($3)) AND "vectors" > 0
      GROUP BY 1, 2, 3, 4 ORDER BY sum("vectors") DESC, "model", "dimension", "task"`,
    [target.index, target.account ?? null, namespaces ?? null],
  );
}

/** Rows without an account are of runs that didn't know it: they count for whichever has an index of that name. */
const ofTarget = `"index" = $1 AND ($2::text IS NULL OR "account" IN ($2, ''))`;

/** Of these, what is of another space than the run makes. */
export function othersAmong(held: readonly HeldSpace[], { embedder }: Pick<RunSettings, "embedder">): HeldSpace[] {
  return held.filter(
    ({ model, dimension, task }) =>
      model !== embedder.model || dimension !== embedder.dimension || task !== embedder.task,
  );
}

/**
 * Refuses to add vectors of one model to a namespace that holds some of another: a search over both is noise.
 * @param adds how many vectors a run would add to each namespace of the target; `null` where that isn't known yet. Namespaces with 0 aren't looked at
 * @throws OperatorError `mixed-models` (exit code 4) with the counts of each
 */
export async function refuseMixture(
  sql: Sql,
  settings: RunSettings,
  adds: ReadonlyMap<string, number | null>,
): Promise<void> {
  const namespaces = [...adds].flatMap(([namespace, count]) => (count === 0 ? [] : [namespace]));
  if (namespaces.length === 0) return;
  refuseOthers(settings, othersAmong(await readSpaces(sql, settings.target, namespaces), settings), adds);
}

/** The same of spaces that are known to be others. @throws OperatorError `mixed-models` */
export function refuseOthers(
  settings: RunSettings,
  others: readonly HeldSpace[],
  adds: ReadonlyMap<string, number | null>,
): void {
  const [first] = others;
  if (first) throw mixedModels(settings, others, first.namespace, adds.get(first.namespace) ?? null);
}

const number = (value: number) => value.toLocaleString("en-US");

/** `gemini-embedding-001 (3,072)`, with the task where the same model was used for another. */
function spaceWords(of: { model: string; dimension: number; task: string }, withTask: boolean): string {
  return `${of.model} (${number(of.dimension)}${withTask && of.task !== "" ? `, ${of.task}` : ""})`;
}

function mixedModels(
  { target, embedder, route }: RunSettings,
  others: readonly HeldSpace[],
  namespace: string,
  adds: number | null,
): OperatorError {
  const here = others.filter((one) => one.namespace === namespace);
  const withTask = here.some(({ model, dimension }) => model === embedder.model && dimension === embedder.dimension);
  const holds = here.map((one) => `${number(one.vectors)} vectors of ${spaceWords(one, withTask)}`).join(" and ");
  const more = new Set(others.map((one) => one.namespace)).size - 1;
  const advised = {
    name: route?.name ?? defaultRoute,
    embedder: { connection: embedder.connection ?? defaultConnections.embedder },
  };
  const setBy = (what: Parameters<typeof settingOf>[1]) => settingOf(advised, what);
  const added = adds === null ? "add vectors" : `add ${number(adds)}`;
  return new OperatorError({
    kind: "refused",
    code: "mixed-models",
    what:
      `${target.index}/${namespace === "" ? "__default__" : namespace} holds ${holds}; this run would ${added} of ${spaceWords(embedder, withTask)}.` +
      (more > 0 ? ` So would it in ${number(more)} more namespace${more === 1 ? "" : "s"}.` : ""),
    notLost: "Nothing was embedded or written.",
    next: `Set ${setBy("model")}, ${setBy("dimension")} and ${setBy("task")} to what the namespace holds, or write to another index (${setBy("target")}).`,
  });
}

/**
 * Which models made the vectors of a namespace or an index: `12 of gemini-embedding-001 (3,072), 3 of a model that isn't known`. What Portage
 * didn't write it can't tell: a vector doesn't say what made it.
 * @param total how many vectors there are by listing or statistics
 */
export function modelWords(held: readonly Omit<HeldSpace, "namespace">[], total: number): string {
  const unknown = unknownAmong(held, total);
  const withTask = new Set(held.map(({ model, dimension }) => `${model} ${dimension}`)).size < held.length;
  const parts = held.map((one) => `${number(Math.min(one.vectors, total))} of ${spaceWords(one, withTask)}`);
  return [...parts, ...(unknown > 0 ? [`${number(unknown)} of a model that isn't known`] : [])].join(", ");
}

/** Which models made `total` vectors that stand in a target's namespaces, all of them without `namespaces`; `null` where none stand. */
export async function heldModels(
  sql: Sql,
  target: Target,
  { namespaces, total }: { namespaces?: readonly string[]; total: number | null },
): Promise<HeldModels | null> {
  if (total === null || total === 0) return null;
  const sums = new Map<string, Omit<HeldSpace, "namespace">>();
  for (const { namespace: _, ...of } of await readSpaces(sql, target, namespaces)) {
    const key = JSON.stringify([of.model, of.dimension, of.task]);
    sums.set(key, { ...of, vectors: of.vectors + (sums.get(key)?.vectors ?? 0) });
  }
  const known = [...sums.values()];
  return { known, unknown: unknownAmong(known, total) };
}

/** Vectors that Portage didn't write. */
export function unknownAmong(held: readonly Pick<HeldSpace, "vectors">[], total: number): number {
  return Math.max(0, total - held.reduce((sum, one) => sum + one.vectors, 0));
}

/** An empty answer is believed only so long after the last write: what was written is seen late. Minutes. */
const believedAfterMinutes = 10;

/** Namespaces of which something is known that was written long enough ago to be seen: an empty one of them was emptied since. */
export async function longWritten(sql: Sql, target: Target, namespaces: readonly string[]): Promise<string[]> {
  const rows = await sql.rows(
    z.object({ namespace: z.string() }),
    `SELECT "namespace" FROM "VectorSpace" WHERE ${ofTarget} AND "namespace" = ANY($3)
      GROUP BY 1 HAVING max("lastAt") < clock_timestamp() - ${believedAfterMinutes} * interval '1 minute'`,
    [target.index, target.account ?? null, namespaces],
  );
  return rows.map((row) => row.namespace);
}

/** Forgets what was written to a namespace that holds nothing any more: emptied by somebody, or its index was made again. */
export async function forgetSpaces(sql: Sql, target: Target, namespace: string): Promise<void> {
  await sql.run(`DELETE FROM "VectorSpace" WHERE ${ofTarget} AND "namespace" = $3`, [
    target.index,
    target.account ?? null,
    namespace,
  ]);
}

/** Moves records that were embedded again out of other spaces: at most `left` are still there, and `made` are of the run's. */
export async function replaceSpaces(
  sql: Sql,
  { namespace, settings }: { namespace: string; settings: RunSettings },
  { left, made }: { left: number; made: number },
): Promise<void> {
  const { target, embedder } = settings;
  const own = `("model" = $4 AND "dimension" = $5 AND "task" = $6)`;
  const values = [target.index, target.account ?? null, namespace, embedder.model, embedder.dimension, embedder.task];
  await sql.run(
    `UPDATE "VectorSpace" SET "vectors" = CASE WHEN ${own} THEN greatest("vectors", $7::int) ELSE least("vectors", $8::int) END
      WHERE ${ofTarget} AND "namespace" = $3`,
    [...values, made, left],
  );
  if (left === 0)
    await sql.run(`DELETE FROM "VectorSpace" WHERE ${ofTarget} AND "namespace" = $3 AND NOT ${own}`, values);
}
