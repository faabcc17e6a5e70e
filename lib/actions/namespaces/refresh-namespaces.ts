import { z } from "zod";
import type { Context } from "../verbs/context";
import { refreshInventory } from "./inventory";

export const refreshNamespacesInput = z.strictObject({});
export const refreshNamespacesAnswer = z.object({ asOf: z.string() });

/** Reads the namespaces and counts of both indexes again, without a request per namespace. */
export async function refreshNamespaces(ctx: Context, _input: z.infer<typeof refreshNamespacesInput>) {
  return { asOf: await refreshInventory(ctx) };
}
