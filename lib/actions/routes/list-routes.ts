import type { z } from "zod";
import * as routes from "@/lib/routes/routes";
import type { noInput } from "../connections/list-connections";
import type { Context } from "../verbs/context";

/** Every route, that of the environment first; nothing is asked of a service. */
export async function listRoutes(ctx: Context, _input: z.infer<typeof noInput>) {
  return { routes: await routes.listRoutes(ctx) };
}
