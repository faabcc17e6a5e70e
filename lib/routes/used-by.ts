import type { Kept } from "./connection-rows";
import { connectionNamesOf, routeRows } from "./route-rows";

/** What needs a connection, by the connection's name. */
export async function usesOfConnections(parts: Kept): Promise<Map<string, string[]>> {
  const uses = new Map<string, string[]>();
  const note = (name: string, by: string) => uses.set(name, [...(uses.get(name) ?? []), by]);
  for (const { name, definition } of await routeRows(parts))
    for (const connection of connectionNamesOf(definition)) note(connection, `route ${name}`);
  return uses;
}
