import type { z } from "zod";
import * as connections from "@/lib/routes/connections";
import type { Context } from "../verbs/context";
import type { connectionNameInput } from "./show-connection";

/** Forgets a connection. Throws an `OperatorError` (`connection-not-found`, `connection-fixed`, `connection-in-use`). */
export async function removeConnection(ctx: Context, { name }: z.infer<typeof connectionNameInput>) {
  return { connection: await connections.removeConnection(ctx, name) };
}
