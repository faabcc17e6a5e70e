import { forgetSpaces, longWritten, othersAmong, readSpaces, refuseMixture } from "@/lib/runs/lifecycle/vector-spaces";
import type { RunSettings } from "@/lib/shapes/run";
import { attempt } from "../verbs/attempt";
import type { Context } from "../verbs/context";

/**
 * Refuses a run that would add vectors of one model to a namespace that holds some of another, before it is begun. What was emptied since
 * Portage wrote there holds none.
 * @param adds how many vectors it would add to each namespace; `null`: not known yet
 * @throws OperatorError `mixed-models` with the counts of each
 */
export async function checkModels(
  ctx: Context,
  settings: RunSettings,
  adds: ReadonlyMap<string, number | null>,
): Promise<void> {
  const { database, target } = ctx;
  const written = [...adds].flatMap(([namespace, count]) => (count === 0 ? [] : [namespace]));
  const others = othersAmong(await readSpaces(database, settings.target, written), settings);
  const namespaces = [...new Set(others.map(({ namespace }) => namespace))];
  for (const namespace of await longWritten(database, settings.target, namespaces)) {
    const place = { index: settings.target.index, namespace };
    const page = await attempt("target", () => target.listIds(place, { limit: 1 }));
    if (page.ids.length === 0) await forgetSpaces(database, settings.target, namespace);
  }
  await refuseMixture(database, settings, adds);
}

/** The same for a run of which nothing is known yet but its namespaces. */
export const unknownAdds = (namespaces: readonly string[]): Map<string, null> =>
  new Map(namespaces.map((namespace) => [namespace, null]));
