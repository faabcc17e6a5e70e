import { z } from "zod";
import { routedInput } from "../runs/run-input";
import type { Context } from "../verbs/context";
import { onRoute } from "../verbs/on-route";
import { refreshInventory } from "./inventory";

export const refreshNamespacesInput = z.strictObject(routedInput);
export const refreshNamespacesAnswer = z.object({ asOf: z.string() });

/** Reads the namespaces and counts of both indexes again, without a request per namespace. */
export async function refreshNamespaces(ctx: Context, input: z.infer<typeof refreshNamespacesInput>) {
  return { asOf: await refreshInventory(await onRoute(ctx, input.route)) };
}
