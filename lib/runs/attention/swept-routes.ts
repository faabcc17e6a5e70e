import { z } from "zod";
import type { Database } from "@/lib/db/contract";
import { isOperatorError } from "@/lib/operator-error";
import { renamingOf, ruleValue } from "@/lib/routes/namespaces";
import { defaultRouteNow, type RouteNow } from "@/lib/routes/route-now";
import { defaultConnections, defaultRoute } from "@/lib/shapes/routes/route";
import type { VectorSource } from "@/lib/stores/contract";
import { accountOf, type IndexKey } from "../lifecycle/accounts";
import type { EngineParts } from "../lifecycle/parts";
import type { SweptRoute } from "./note-namespaces";

export type Swept = Pick<EngineParts, "database" | "config" | "source" | "target" | "routes">;

const targetOf = `r."definition" #>> '{target,collection}'`;

/** Saved routes whose target was counted or compared: of others nothing is known, and no service is asked for them. */
const looked = `SELECT r."name" FROM "Route" r
  WHERE EXISTS (SELECT 1 FROM "Standing" s WHERE s."target" = ${targetOf})
     OR EXISTS (SELECT 1 FROM "Inventory" i WHERE i."side" = 'target' AND i."index" = ${targetOf})
  ORDER BY r."name"`;

/**
 * Every route whose namespaces are looked at, that of the environment first. Of several between the same indexes it is the first: what is
 * missing there is told once.
 */
export async function* sweptRoutes(parts: Swept): AsyncIterable<SweptRoute> {
  const { database, config, routes } = parts;
  const seen = new Set<string>();
  const own = await keysOf(database, parts, defaultRouteNow(config));
  seen.add(JSON.stringify([own.source, own.target, own.rule]));
  yield own;
  if (!routes) return;
  for (const { name } of await database.rows(z.object({ name: z.string() }), looked, [])) {
    try {
      const opened = await routes.open(name);
      if (opened === null) continue;
      const swept = await keysOf(database, opened, opened.route);
      const ends = JSON.stringify([swept.source, swept.target, swept.rule]);
      if (seen.has(ends)) continue;
      seen.add(ends);
      yield swept;
    } catch (error) {
      // A route that can't be opened says so where it is used; the others are looked at all the same.
      if (!isOperatorError(error)) throw error;
    }
  }
}

type Stores = { source: VectorSource; target: VectorSource };

async function keysOf(database: Database, stores: Stores, route: RouteNow): Promise<SweptRoute> {
  const keyOf = async (side: "source" | "target"): Promise<IndexKey> => {
    const { index, connection } = route[side];
    const foreign = connection !== defaultConnections[side];
    return [index, await accountOf(database, { store: stores[side], side, index, foreign })];
  };
  return {
    route: route.name,
    source: await keyOf("source"),
    target: await keyOf("target"),
    rule: ruleValue(renamingOf(route.namespaces)),
  };
}

/** What was missing along a saved route that was removed, or leads to another index now, is nobody's to see to any more. */
export async function solveLeft(database: Database): Promise<void> {
  await database.run(
    `UPDATE "Attention" a SET "standing" = NULL, "solvedAt" = clock_timestamp(), "solvedBy" = 'its route leads there no more'
      WHERE a."cause" = 'target-missing' AND a."standing" IS NOT NULL AND a."route" <> $1
        AND NOT EXISTS (SELECT 1 FROM "Route" r WHERE r."name" = a."route" AND ${targetOf} = a."target")`,
    [defaultRoute],
  );
}
