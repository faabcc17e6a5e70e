import { z } from "zod";
import * as routes from "@/lib/routes/routes";
import { routeName } from "@/lib/shapes/routes/route";
import type { Context } from "../verbs/context";

export const routeNameInput = z.strictObject({ name: routeName });

/** One route. Throws an `OperatorError` (`route-not-found`). */
export async function showRoute(ctx: Context, { name }: z.infer<typeof routeNameInput>) {
  return { route: await routes.showRoute(ctx, name) };
}
