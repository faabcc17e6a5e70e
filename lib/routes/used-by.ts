import { z } from "zod";
import { runSettingsSchema } from "@/lib/shapes/runs/run";
import type { Kept } from "./connection-rows";
import { defaultRow } from "./default-route";
import type { RouteParts } from "./open-connection";
import { connectionNamesOf, routeRows } from "./route-rows";
import { sandboxRoutesOf } from "./sandbox-routes";

/** Plans that may still be applied: what they were made under must stay. */
const open = { state: { in: ["planning", "ready", "approved"] }, supersededBy: null };
/** Those that name connections: others go by the environment's. */
const named = { path: ["source", "connection"], string_starts_with: "" };
const made = z.object({ id: z.string(), settings: runSettingsSchema });

type Made = { what: string; connections: string[]; route: string | null };

/** Plans that may still be applied, and schedules, with what they name. */
async function madeUnderRoutes({ database }: Kept): Promise<Made[]> {
  const [plans, schedules] = await Promise.all([
    database.prisma.plan.findMany({ where: { ...open, settings: named }, select: { id: true, settings: true } }),
    database.prisma.schedule.findMany({ where: { world: named }, select: { id: true, world: true } }),
  ]);
  const rows = [
    ...plans.map((plan) => ({ kind: "plan", row: plan })),
    ...schedules.map(({ id, world }) => ({ kind: "schedule", row: { id, settings: world } })),
  ];
  return rows.map(({ kind, row }) => {
    const { id, settings } = made.parse(row);
    const { source, target, embedder, overflow, route } = settings;
    const connections = [source.connection, target.connection, embedder.connection, overflow?.connection].filter(
      (one) => one !== undefined,
    );
    return { what: `${kind} ${id}`, connections, route: route?.name ?? null };
  });
}

/** What needs a connection, by the connection's name: routes, those of the environment too, schedules, and plans that may still be applied. */
export async function usesOfConnections(parts: RouteParts): Promise<Map<string, string[]>> {
  const uses = new Map<string, string[]>();
  const note = (name: string, by: string) => uses.set(name, [...(uses.get(name) ?? []), by]);
  const [routes, others] = await Promise.all([routeRows(parts), madeUnderRoutes(parts)]);
  const fixed = [defaultRow(parts.config), ...sandboxRoutesOf(parts.config)];
  for (const { name, definition } of [...fixed, ...routes])
    for (const connection of connectionNamesOf(definition)) note(connection, `route ${name}`);
  for (const { what, connections } of others) for (const connection of new Set(connections)) note(connection, what);
  return uses;
}

/** What needs a route: schedules, and plans that may still be applied. */
export async function usesOfRoute(parts: Kept, name: string): Promise<string[]> {
  return (await madeUnderRoutes(parts)).flatMap(({ what, route }) => (route === name ? [what] : []));
}
