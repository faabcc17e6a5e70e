import { routeOf } from "@/lib/routes/route-now";
import { defaultRoute } from "@/lib/shapes/names";
import type { Context } from "./context";
import { routeFlag, setBy } from "./service-words";

/**
 * What to do about a target that isn't there. A saved route's is made by its first migration, whose plan shows how; the environment's by a
 * command of its own; a table whose rows are only updated is the application's.
 */
export function missingTargetNext(ctx: Context, made: { dimension?: number | null; metric?: string } = {}): string {
  if (routeOf(ctx).name === defaultRoute)
    return `Create it (dimension ${made.dimension ?? "of the source"}, ${made.metric ?? "cosine"}) with \`portage doctor --create-target\` or on the dashboard, or set ${setBy(ctx, "target")} to one that exists.`;
  if (ctx.target.can.fills)
    return `Set ${setBy(ctx, "target")} to a table that is there: one whose rows are only updated is made by its application.`;
  return `Migrate first, which makes it: \`portage migrate --all${routeFlag(ctx)} --dry-run\` shows what would be made and written.`;
}
