import { z } from "zod";
import type { Sql } from "@/lib/db/contract";
import { writtenAs } from "@/lib/routes/namespaces";
import type { PlanWarning } from "@/lib/shapes/plans/plan";
import type { RunSettings } from "@/lib/shapes/runs/run";
import { readSpaces, unknownAmong } from "../lifecycle/vector-spaces";
import { pluralOf } from "./cut-texts";

const standingSchema = z.object({ namespace: z.string(), standing: z.number(), makes: z.number() });

/**
 * What a plan found in the target of which Portage doesn't know the model, where applying it would add vectors beside them; `null` where all is
 * known or none is made.
 */
export async function unknownVectors(
  sql: Sql,
  { planId, settings }: { planId: string; settings: RunSettings },
): Promise<PlanWarning | null> {
  const creates = `greatest(c."createCount", cardinality(c."creates"))`;
  const rows = await sql.rows(
    standingSchema,
    `SELECT c."namespace", sum(c."unchanged" + c."updates" + greatest(c."orphanCount", cardinality(c."orphans")))::int AS "standing",
            sum(${creates} + c."textChanged")::int AS "makes"
       FROM "Chunk" c WHERE c."planId" = $1 GROUP BY 1 ORDER BY 1`,
    [planId],
  );
  const touched = rows.filter(({ standing, makes }) => standing > 0 && makes > 0);
  if (touched.length === 0) return null;
  const spaces = await readSpaces(
    sql,
    settings.target,
    touched.map(({ namespace }) => writtenAs(namespace, settings.namespaces)),
  );
  const unknown = touched
    .map(({ namespace: name, standing }) => {
      const namespace = writtenAs(name, settings.namespaces);
      const known = spaces.filter((one) => one.namespace === namespace);
      return { namespace, count: unknownAmong(known, standing) };
    })
    .filter(({ count }) => count > 0)
    .sort((left, right) => right.count - left.count);
  const [first, ...others] = unknown;
  if (!first) return null;
  const { index } = settings.target;
  const { model, dimension } = settings.embedder;
  const all = unknown.reduce((sum, { count }) => sum + count, 0);
  const where = `${index}/${first.namespace === "" ? "__default__" : first.namespace}`;
  const more = others.length === 0 ? "" : ` and ${pluralOf(others.length, "more namespace")}`;
  const held = `${where}${more} hold${others.length === 0 ? "s" : ""} ${pluralOf(all, "vector")} of a model that isn't known`;
  // Of copied vectors no model is ever known, those that Portage wrote before among them.
  const words =
    settings.vectors === "source"
      ? `${held}. Make sure that it is the model of those that are copied`
      : `${held}: Portage didn't write them. Make sure that ${model} (${dimension.toLocaleString("en-US")}) made them too`;
  return { code: "models-unknown", words: `${words}; a search over vectors of two models is noise.` };
}
