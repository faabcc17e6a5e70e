import type { z } from "zod";
import { readConnection } from "@/lib/routes/connections";
import { openStoreSource } from "@/lib/routes/open-connection";
import { attempt } from "../verbs/attempt";
import type { Context } from "../verbs/context";
import { namedConnection } from "../verbs/used-by";
import type { VerbOptions } from "../verbs/verb";
import type { connectionNameInput } from "./show-connection";
import { firstCollections } from "./try-connection";

/** Collections in one answer. */
const most = 1000;

/** What a store holds vectors in. Throws an `OperatorError` when it can't be opened or asked. */
export async function listCollections(
  ctx: Context,
  { name }: z.infer<typeof connectionNameInput>,
  { signal }: VerbOptions = {},
) {
  const named = namedConnection(await readConnection(ctx, name));
  const source = await openStoreSource(ctx, name);
  try {
    return await attempt(named, () => firstCollections(source, most, signal), signal);
  } finally {
    await source.close();
  }
}
