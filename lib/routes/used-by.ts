import type { Kept } from "./connection-rows";
import { connectionNamesOf, routeRows } from "./route-rows";

/** Plans that may still be applied: what they were made under must stay. */
const open = { state: { in: ["planning", "ready", "approved"] }, supersededBy: null };

/** What needs a connection, by the connection's name: routes, and plans that may still be applied. */
export async function usesOfConnections(parts: Kept): Promise<Map<string, string[]>> {
  const uses = new Map<string, string[]>();
  const note = (name: string, by: string) => uses.set(name, [...(uses.get(name) ?? []), by]);
  for (const { name, definition } of await routeRows(parts))
    for (const connection of connectionNamesOf(definition)) note(connection, `route ${name}`);
  return uses;
}

/** What needs a route: plans that may still be applied, and schedules. */
export async function usesOfRoute({ database }: Kept, name: string): Promise<string[]> {
  const route = { path: ["route", "name"], equals: name };
  const [plans, schedules] = await Promise.all([
    database.prisma.plan.findMany({ where: { ...open, settings: route }, select: { id: true }, take: 10 }),
    database.prisma.schedule.findMany({ where: { world: route }, select: { id: true }, take: 10 }),
  ]);
  return [...plans.map(({ id }) => `plan ${id}`), ...schedules.map(({ id }) => `schedule ${id}`)];
}
