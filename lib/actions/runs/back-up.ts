import { createHash } from "node:crypto";
import path from "node:path";
import { z } from "zod";
import { OperatorError } from "@/lib/operator-error";
import { renamingOf, writtenAs } from "@/lib/routes/namespaces";
import { routeOf } from "@/lib/routes/route-now";
import { defaultRoute, routeDefinitionSchema } from "@/lib/shapes/routes/route";
import { runSchema } from "@/lib/shapes/runs/run";
import { exportFolder } from "@/lib/stores/export-folder/kind";
import { slug } from "@/lib/text/slug";
import { addConnection } from "../connections/add-connection";
import { listConnections } from "../connections/list-connections";
import { addRoute } from "../routes/add-route";
import { listRoutes } from "../routes/list-routes";
import { attempt } from "../verbs/attempt";
import type { Context } from "../verbs/context";
import { onRoute } from "../verbs/on-route";
import { usedBy } from "../verbs/used-by";
import { chosenInput, namedOrAll, routedInput } from "./run-input";
import { startReembedding } from "./start-reembedding";

export const backUpInput = z.strictObject({
  ...chosenInput,
  ...routedInput,
  /** Which end of the route is copied. */
  side: z.enum(["source", "target"]).default("source"),
  /** Below the first of `PORTAGE_FOLDERS`, or a whole path below any of them; left out, one of its own, named by index and time. */
  folder: z.string().trim().min(1).max(4096).optional(),
});
export const backUpAnswer = z.object({
  run: runSchema,
  /** Copies into the folder; mirrored along, also by a schedule, it is kept up to date. */
  route: z.string(),
  /** Absolute. */
  folder: z.string(),
  resumed: z.boolean(),
});

/**
 * Copies namespaces of one end of a route, as they are, into an export folder: begins a migration along a route of the folder's own. The same
 * folder again goes on with it and adds what is new.
 * @throws OperatorError `folders-not-set`, `path-not-allowed`, or what stands against the migration
 */
export async function backUp(asked: Context, input: z.infer<typeof backUpInput>, now = new Date()) {
  const ctx = await onRoute(asked, input.route);
  const end = routeOf(ctx)[input.side];
  const folder = folderFor(ctx, end.index || end.connection, input.folder, now);
  const name = nameOf(folder);
  const { connections } = await listConnections(ctx, {});
  if (!connections.some((connection) => connection.name === name))
    await addConnection(ctx, {
      name,
      kind: exportFolder.kind,
      settings: { path: folder },
      untested: true,
      testOnly: false,
    });
  const definition = routeDefinitionSchema.parse({
    source: { connection: end.connection, collection: end.index },
    target: { connection: name, collection: "" },
    vectors: { from: "source" },
  });
  // Another index's backup in the same folder is refused when the folder is looked at.
  const route = `${name}-${digest(JSON.stringify(definition.source))}`;
  const { routes } = await listRoutes(ctx, {});
  if (!routes.some((one) => one.name === route)) await addRoute(ctx, { name: route, definition });
  const given = namedOrAll(input);
  const chosen = given === "all" || input.side === "source" ? given : await inTarget(ctx, given);
  const { run, resumed } = await startReembedding(
    { ...asked, config: { ...asked.config, route: defaultRoute } },
    { route, yes: true, ...(chosen === "all" ? { all: true } : { namespaces: chosen }) },
  );
  return { run, route, folder, resumed };
}

/** Under which names the target holds what is written there; those that it holds nothing of need no backup. */
async function inTarget(ctx: Context, names: readonly string[]): Promise<string[]> {
  const { target, namespaces } = routeOf(ctx);
  const written = [...new Set(names.map((name) => writtenAs(name, renamingOf(namespaces))))];
  const held: string[] = [];
  for (const namespace of written) {
    const count = await attempt(usedBy(ctx, "target"), () => ctx.target.count({ index: target.index, namespace }));
    if (count.value > 0) held.push(namespace);
  }
  return held.length > 0 ? held : written;
}

function folderFor(ctx: Context, of: string, given: string | undefined, now: Date): string {
  const [root] = ctx.config.folders;
  if (root === undefined)
    throw new OperatorError({
      kind: "usage",
      code: "folders-not-set",
      what: "Portage may write no folder here: PORTAGE_FOLDERS isn't set.",
      notLost: "Nothing was read and nothing was written.",
      next: "Set PORTAGE_FOLDERS to a folder for backups, in the environment or in .env, and start Portage again.",
    });
  const stamp = now.toISOString().slice(0, 16).replace(":", "");
  return path.resolve(root, given ?? `${slug(of, "index")}-${stamp}`);
}

const digest = (text: string) => createHash("sha256").update(text).digest("hex").slice(0, 6);
const nameOf = (folder: string) => `backup-${slug(path.basename(folder), "index").slice(0, 40)}-${digest(folder)}`;
