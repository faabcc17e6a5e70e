import { createHash } from "node:crypto";
import type { Config } from "@/lib/config";
import { clearanceKey } from "@/lib/plan/target-metadata";
import { type RouteNow, routeOf } from "@/lib/routes/route-now";
import { defaultRoute } from "@/lib/shapes/routes/route";
import { type AnySettings, type End, isClearance, type RunSettings, runSettingsSchema } from "@/lib/shapes/runs/run";
import { defaultReembedSample } from "@/lib/shapes/runs/verdict-words";

export type SettingOverrides = {
  limit?: number;
  batchSize?: number;
  sample?: number;
  full?: boolean;
  reembedSample?: number;
  only?: RunSettings["only"];
};

/** Records compared after a run when nothing else is said: finds a fault of 2 % with a chance of 98 %. */
export const defaultSample = 200;

/** Both indexes as they were found; see `ends.ts`. */
export type Ends = { source: End | null; target: End | null };

/**
 * What a run works under, fixed when it starts: a changed environment or route doesn't change it half-way.
 * @param of the configuration, and the route that was chosen; the environment's where none was
 * @param ends the indexes as they were found; the worker that takes the run up first notes them where they are left out
 */
export function settingsFor(
  of: { config: Config; route?: RouteNow | undefined },
  overrides: SettingOverrides = {},
  ends?: Ends,
): RunSettings {
  const { batches } = of.config;
  const route = routeOf(of);
  const { modelKey, text } = route;
  const [textKey = "text"] = "keys" in text ? text.keys : [];
  return runSettingsSchema.parse({
    source: { ...(ends?.source ?? { index: route.source.index }), ...openedBy(route, "source") },
    target: { ...(ends?.target ?? { index: route.target.index }), ...openedBy(route, "target") },
    embedder: spaceOf(route, ends),
    ...(route.name === defaultRoute ? {} : { route: { name: route.name, revision: route.revision } }),
    ...(route.embedder === null ? { vectors: "source" } : {}),
    clearanceLevel: route.clearanceLevel,
    // The level is never the source's to change, whatever else the operator lists.
    targetOwnedKeys: [
      ...new Set([
        ...route.owned,
        ...(route.clearanceLevel === null ? [] : [clearanceKey]),
        ...(modelKey === null ? [] : [modelKey]),
      ]),
    ],
    ...(modelKey === null ? {} : { modelKey }),
    ...(route.keeps === undefined ? {} : { targetKeeps: [...route.keeps] }),
    textKey,
    ...("keys" in text && text.keys.length === 1 ? {} : { text }),
    ...("keep" in route.namespaces ? {} : { namespaces: route.namespaces }),
    ...(route.nested === "problem" ? {} : { nested: route.nested }),
    ...("keep" in route.ids ? {} : { ids: route.ids }),
    ...(route.fields.length === 0 ? {} : { fields: route.fields }),
    ...(route.duplicates === "keep" ? {} : { duplicates: route.duplicates }),
    ...(route.overflow ? { overflow: route.overflow } : {}),
    ...(route.targetFields ? { targetFields: route.targetFields } : {}),
    ...(route.fill ? { fill: route.fill } : {}),
    longTextPolicy: route.longText,
    updatePolicy: route.update,
    only: overrides.only ?? "both",
    queryBatchSize: batches.query,
    embeddingBatchSize: overrides.batchSize ?? batches.embedding,
    upsertBatchSize: batches.upsert,
    batchDelaySeconds: batches.delaySeconds,
    limit: overrides.limit ?? null,
    verifySample: overrides.sample ?? defaultSample,
    verifyFull: overrides.full ?? false,
    reembedSample: overrides.reembedSample ?? defaultReembedSample,
  });
}

/** Settings of the environment's route are kept as earlier versions had them. */
const openedBy = (route: RouteNow, side: "source" | "target") =>
  route.name === defaultRoute ? {} : { connection: route[side].connection, kind: route[side].kind };

/** What makes the vectors. Copied ones are a space of their own, named by where they come from: what else is in the target isn't mixed with them. */
function spaceOf({ name, embedder, source }: RouteNow, ends: Ends | undefined): RunSettings["embedder"] {
  if (embedder === null)
    return { model: `vectors of ${source.index}`, dimension: ends?.source?.dimension ?? 0, task: "copied" };
  const { model, dimension, task, address, connection } = embedder;
  return { model, dimension, task, address, ...(name === defaultRoute ? {} : { connection }) };
}

/**
 * Equal for the same verb over the same namespaces under the same settings: such a start resumes what was interrupted. Of indexes and
 * embedder their names alone, as earlier versions had them: whether these still are the same ones is compared apart (`world.ts`).
 */
export function hashSettings(kind: string, namespaces: readonly string[], settings: AnySettings): string {
  const named = JSON.stringify([kind, [...namespaces].sort(), isClearance(settings) ? settings : byName(settings)]);
  return createHash("sha256").update(named).digest("hex");
}

function byName({ source, target, embedder, reembedSample, fill, ...rest }: RunSettings) {
  const { model, dimension, task } = embedder;
  return {
    source: named(source),
    target: named(target),
    // Of copied vectors the source says the dimension: what was begun is looked for before it was asked.
    embedder: rest.vectors === "source" ? { model, task } : { model, dimension, task },
    ...rest,
    // Of rows that are filled again each start has a moment of its own, and goes on under that of what was interrupted.
    ...(fill === undefined ? {} : { fill: { ...fill, ...(fill.again === undefined ? {} : { again: true }) } }),
    // Earlier versions didn't have it.
    ...(reembedSample === defaultReembedSample ? {} : { reembedSample }),
  };
}

const named = ({ index, connection }: RunSettings["source"]) => ({ index, ...(connection ? { connection } : {}) });
