import type { z } from "zod";
import { readConnection } from "@/lib/routes/connections";
import type { Context } from "../verbs/context";
import type { VerbOptions } from "../verbs/verb";
import type { connectionNameInput } from "./show-connection";
import { tryConnection } from "./try-connection";

/**
 * How fast a connection answers, what its key may do, and what is there. That it isn't well is an answer.
 * @throws OperatorError `connection-not-found`, or why it can't be opened
 */
export async function testConnection(
  ctx: Context,
  { name }: z.infer<typeof connectionNameInput>,
  { signal }: VerbOptions = {},
) {
  return tryConnection(ctx, await readConnection(ctx, name), signal);
}
