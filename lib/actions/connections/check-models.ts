import { writtenAs } from "@/lib/routes/namespaces";
import { markedOthers, readMarked } from "@/lib/runs/lifecycle/marked-models";
import {
  forgetSpaces,
  type HeldSpace,
  longWritten,
  othersAmong,
  readSpaces,
  refuseMixture,
  refuseOthers,
} from "@/lib/runs/lifecycle/vector-spaces";
import type { RunSettings } from "@/lib/shapes/runs/run";
import { attempt } from "../verbs/attempt";
import type { Context } from "../verbs/context";

/**
 * Refuses a run that would add vectors of one model to a namespace that holds some of another, before it is begun. What was emptied since
 * Portage wrote there holds none.
 * @param adds how many vectors it would add to each namespace of the target; `null`: not known yet
 * @throws OperatorError `mixed-models` with the counts of each
 */
export async function checkModels(
  ctx: Context,
  settings: RunSettings,
  adds: ReadonlyMap<string, number | null>,
): Promise<void> {
  const { database, target } = ctx;
  const written = [...adds].flatMap(([namespace, count]) => (count === 0 ? [] : [namespace]));
  const known = await readSpaces(database, settings.target, written);
  await checkMarked(ctx, settings, { adds, known, written });
  const others = othersAmong(known, settings);
  const namespaces = [...new Set(others.map(({ namespace }) => namespace))];
  for (const namespace of await longWritten(database, settings.target, namespaces)) {
    const place = { index: settings.target.index, namespace };
    const page = await attempt("target", () => target.listIds(place, { limit: 1 }));
    if (page.ids.length === 0) await forgetSpaces(database, settings.target, namespace);
  }
  await refuseMixture(database, settings, adds);
}

/** So many namespaces are looked into at the start; a worker looks into each before it writes there. */
const lookedInto = 10;

/** Namespaces of which Portage's own record knows nothing: what their records say of themselves. */
async function checkMarked(
  { target }: Context,
  settings: RunSettings,
  of: { adds: ReadonlyMap<string, number | null>; known: readonly HeldSpace[]; written: readonly string[] },
): Promise<void> {
  const recorded = new Set(of.known.map(({ namespace }) => namespace));
  for (const namespace of of.written.filter((name) => !recorded.has(name)).slice(0, lookedInto)) {
    const place = { index: settings.target.index, namespace };
    const marked = await readMarked(target, place, settings.modelKey, (_, request) =>
      attempt("target", () => request()),
    );
    refuseOthers(settings, markedOthers(namespace, marked, settings), of.adds);
  }
}

/** The same for a run of which nothing is known yet but its namespaces, as the source calls them. */
export const unknownAdds = (
  namespaces: readonly string[],
  settings: Pick<RunSettings, "namespaces">,
): Map<string, null> => new Map(namespaces.map((namespace) => [writtenAs(namespace, settings.namespaces), null]));
