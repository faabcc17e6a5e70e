import { partsOn } from "@/lib/routes/open-route";
import { type AnySettings, isClearance } from "@/lib/shapes/runs/run";
import type { EngineParts } from "./parts";

/**
 * The parts as a run's own route has them: it works with what it was made for, whatever is set now.
 * @throws OperatorError what opening a connection throws
 */
export async function partsFor(parts: EngineParts, settings: AnySettings): Promise<EngineParts> {
  if (isClearance(settings) || settings.route === undefined) return parts;
  const route = await parts.routes?.openStored(settings);
  if (!route) throw new Error(`No routes can be opened here, and ${settings.route.name} is needed`);
  return partsOn(parts, route);
}
