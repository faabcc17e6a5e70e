import { OperatorError } from "@/lib/operator-error";
import { partsOn } from "@/lib/routes/open-route";
import { routeOf } from "@/lib/routes/route-now";
import { defaultRoute } from "@/lib/shapes/routes/route";
import type { RunSettings } from "@/lib/shapes/runs/run";
import type { VectorSource } from "@/lib/stores/contract";
import type { EngineParts } from "../lifecycle/parts";
import { settingsFor } from "../lifecycle/settings";
import { endOf } from "../lifecycle/world";
import { worldOf } from "../transfer/guard-world";

/** A scheduled run isn't held up for longer by an index that doesn't answer. Milliseconds. */
const patience = 10_000;

/**
 * The parts as a schedule's route has them now.
 * @throws OperatorError `route-not-found`, and what opening its connections throws
 */
export async function onScheduleRoute(parts: EngineParts, { route }: { route: string }): Promise<EngineParts> {
  if (route === defaultRoute) return parts;
  const opened = (await parts.routes?.open(route)) ?? null;
  if (opened !== null) return partsOn(parts, opened);
  throw new OperatorError({
    kind: "not-found",
    code: "route-not-found",
    what: `There is no route ${route} here.`,
    notLost: "Nothing was started and nothing was changed.",
    next: "Make the route again, or remove the schedule.",
  });
}

/** Where a scheduled run would lead now: both indexes are looked at, so that another account under the same name is noticed. */
export async function worldNow(parts: EngineParts): Promise<RunSettings> {
  const route = routeOf(parts);
  const look = (store: VectorSource, index: string) =>
    store
      .inspect(index, { signal: AbortSignal.timeout(patience), counts: false })
      .then((shape) => shape && endOf(shape));
  const ends = Promise.all([look(parts.source, route.source.index), look(parts.target, route.target.index)]);
  try {
    const [source, target] = await ends;
    return settingsFor(parts, {}, { source, target });
  } catch {
    // The run that is started waits for the service, and looks itself.
    return worldOf(parts);
  }
}
