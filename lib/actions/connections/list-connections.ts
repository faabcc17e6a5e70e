import { z } from "zod";
import * as connections from "@/lib/routes/connections";
import type { Context } from "../verbs/context";

export const noInput = z.strictObject({});

/** Every connection, those of the environment first; nothing is asked of a service. */
export async function listConnections(ctx: Context, _input: z.infer<typeof noInput>) {
  return { connections: await connections.listConnections(ctx) };
}
