import type { z } from "zod";
import * as routes from "@/lib/routes/routes";
import type { Context } from "../verbs/context";
import type { routeNameInput } from "./show-route";

/** Forgets a route; what was made under it stays. Throws an `OperatorError` (`route-not-found`, `route-fixed`, `route-in-use`). */
export async function removeRoute(ctx: Context, { name }: z.infer<typeof routeNameInput>) {
  return { route: await routes.removeRoute(ctx, name) };
}
