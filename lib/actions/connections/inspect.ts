import { z } from "zod";
import { OperatorError } from "@/lib/operator-error";
import { allowedPath } from "@/lib/routes/folders";
import { routeName } from "@/lib/shapes/routes/route";
import type { Context } from "../verbs/context";
import type { VerbOptions } from "../verbs/verb";
import { inspectConnection } from "./inspect-connection";
import { connectedMeter } from "./inspect-meter";
import { inspectPath } from "./inspect-path";

export const inspectInput = z.strictObject({
  /** A file or folder below `PORTAGE_FOLDERS`. */
  path: z.string().min(1).max(4096).optional(),
  connection: routeName.optional(),
  /** Of the connection; left out: all of them. */
  collection: z.string().max(512).optional(),
  /** Whose model reads the texts; left out: that of the route that `PORTAGE_ROUTE` names. */
  embedder: routeName.optional(),
  /** Where it would be written, a connection or a kind; left out: the target of that route. */
  to: routeName.optional(),
  /** Records that are read of each collection. */
  limit: z.coerce.number().int().min(1).max(10_000_000).optional(),
});

/** Of a folder and of a connection: what is read of files costs nothing, and a request is open for it no longer than a minute or so. */
const most = { path: 200_000, connection: 1000 };

/**
 * What stores of vectors lie at a path, or what a connection leads to, and what a move of it would cost. Nothing is written, nothing is
 * executed; for a path no key is needed.
 * @throws OperatorError `path-not-allowed`, `nothing-there`, or as the connection throws
 */
export async function inspect(
  ctx: Context,
  { path, connection, collection, embedder, to, limit }: z.infer<typeof inspectInput>,
  { signal }: VerbOptions = {},
) {
  const meter = await connectedMeter(ctx, { embedder, to });
  const aborting = signal ? { signal } : {};
  if (path !== undefined && connection === undefined)
    return inspectPath(allowedPath(ctx.config, path), meter, { limit: limit ?? most.path, ...aborting });
  if (connection !== undefined && path === undefined)
    return inspectConnection(
      ctx,
      { connection, collection: collection ?? null, limit: limit ?? most.connection },
      meter,
      signal,
    );
  throw new OperatorError({
    kind: "usage",
    code: "invalid-input",
    what: "Either a path or a connection is inspected.",
    notLost: "Nothing was read.",
    next: "Name one of them.",
  });
}
