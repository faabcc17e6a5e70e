import { z } from "zod";
import { draftConnection, keepNew } from "@/lib/routes/connections";
import { givenSettings } from "@/lib/routes/settings";
import { routeName } from "@/lib/shapes/routes/route";
import type { Context } from "../verbs/context";
import type { VerbOptions } from "../verbs/verb";
import { refuseFailed, tryConnection } from "./try-connection";

/** Whether it is tested before it is kept, and kept at all. */
export const savingInput = {
  /** Keep it although it can't be tested now. */
  untested: z.boolean().default(false),
  /** Only test it: nothing is kept, and what the test found is the answer. */
  testOnly: z.boolean().default(false),
};

export const addConnectionInput = z.strictObject({
  name: routeName,
  /** Of store or embedder, as `GET /kinds` names them. */
  kind: z.string().min(1).max(100),
  /** By the kind's keys; a secret is a text, or `env:NAME` for a variable of the environment. */
  settings: givenSettings.default({}),
  ...savingInput,
});

/**
 * Tests a new connection and keeps it, its secrets sealed.
 * @throws OperatorError for a setting that doesn't fit, or with what the test said
 */
export async function addConnection(
  ctx: Context,
  { untested, testOnly, ...given }: z.infer<typeof addConnectionInput>,
  { signal }: VerbOptions = {},
) {
  const draft = await draftConnection(ctx, given);
  const test = untested && !testOnly ? null : await tryConnection(ctx, draft.opened, signal);
  if (testOnly) return { connection: null, test };
  if (test) refuseFailed(test);
  return { connection: await keepNew(ctx, draft, ctx.actor), test };
}
