import type { Config } from "@/lib/config";
import type { Database } from "@/lib/db/contract";
import { routeByDefinition } from "@/lib/routes/route-now";
import { routeRows } from "@/lib/routes/route-rows";
import { sandboxRoute } from "@/lib/routes/sandbox-routes";
import { type AnySettings, isClearance } from "@/lib/shapes/runs/run";
import { settingsFor } from "../lifecycle/settings";
import { movedEnds, movedRules } from "./moved-rules";

/**
 * What the saved route of a plan says otherwise by now, in words with both values; none where the plan was made under the environment's. A
 * run that was begun goes on under its own route, but nothing new is begun under one that the operator has changed since.
 */
export async function editedRoute(
  { config, database }: { config: Config; database: Database },
  settings: AnySettings | null,
): Promise<string[]> {
  if (settings === null || isClearance(settings) || settings.route === undefined) return [];
  const { name } = settings.route;
  const row = sandboxRoute(config, name) ?? (await routeRows({ database })).find((one) => one.name === name);
  if (row === undefined) return [`the route ${name} was removed`];
  const policy = { ...config.policy, modelKey: settings.modelKey ?? null };
  const kinds = { source: settings.source.kind ?? "", target: settings.target.kind ?? "" };
  const now = settingsFor({
    config: { ...config, policy },
    route: {
      ...routeByDefinition({ ...config, policy }, row, kinds, settings.embedder),
      // Its connection says that, not the saved route.
      ...(settings.targetKeeps === undefined ? {} : { keeps: settings.targetKeeps }),
    },
  });
  return [...movedEnds(settings, now), ...movedRules(settings, now)];
}
