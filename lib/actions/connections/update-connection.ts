import { z } from "zod";
import { draftChange, keepChange } from "@/lib/routes/connections";
import { givenSettings } from "@/lib/routes/settings";
import { routeName } from "@/lib/shapes/routes/route";
import type { Context } from "../verbs/context";
import type { VerbOptions } from "../verbs/verb";
import { savingInput } from "./add-connection";
import { refuseFailed, tryConnection } from "./try-connection";

export const updateConnectionInput = z.strictObject({
  name: routeName,
  /** What changes: left out stays, `null` takes a setting away. */
  settings: givenSettings.default({}),
  ...savingInput,
});

/**
 * Changes a connection's settings once they pass a test. A secret that is left out stays, unless the address is another.
 * @throws OperatorError `connection-not-found`, `connection-fixed`, `connection-changed`, for a setting that doesn't fit, or with what the test said
 */
export async function updateConnection(
  ctx: Context,
  { untested, testOnly, ...given }: z.infer<typeof updateConnectionInput>,
  { signal }: VerbOptions = {},
) {
  const draft = await draftChange(ctx, given);
  const test = untested && !testOnly ? null : await tryConnection(ctx, draft.opened, signal);
  if (testOnly) return { connection: null, test };
  if (test) refuseFailed(test);
  return { connection: await keepChange(ctx, draft), test };
}
