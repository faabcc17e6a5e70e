import { z } from "zod";
import * as connections from "@/lib/routes/connections";
import { routeName } from "@/lib/shapes/routes/route";
import type { Context } from "../verbs/context";

export const connectionNameInput = z.strictObject({ name: routeName });

/** One connection. Throws an `OperatorError` (`connection-not-found`). */
export async function showConnection(ctx: Context, { name }: z.infer<typeof connectionNameInput>) {
  return { connection: await connections.showConnection(ctx, name) };
}
