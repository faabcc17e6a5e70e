import { z } from "zod";
import { OperatorError } from "@/lib/operator-error";
import { fillsNothing } from "@/lib/routes/chosen-rows";
import { type OpenRoute, partsOn } from "@/lib/routes/open-route";
import type { RowChoice } from "@/lib/shapes/routes/fill";
import { defaultRoute } from "@/lib/shapes/routes/route";
import { type AnySettings, anySettingsSchema, isClearance } from "@/lib/shapes/runs/run";
import type { Context } from "./context";

/**
 * The context with the ends of a saved route; where none is named, of the one that `PORTAGE_ROUTE` names.
 * @param fill which rows of its table
 * @throws OperatorError `route-not-found`, and what opening its connections throws
 */
export async function onRoute(ctx: Context, name: string | undefined, fill?: RowChoice): Promise<Context> {
  // One that is on a route already stays there.
  if (name === undefined && ctx.route !== undefined && fill === undefined) return ctx;
  const meant = name ?? ctx.config.route;
  if (meant === defaultRoute) return fill === undefined ? ctx : fillsNothing();
  return opened(ctx, meant, (await ctx.routes?.open(meant, fill)) ?? null);
}

/** The context with the ends that a plan or run was made for, as its settings name them. */
export async function onSettings(ctx: Context, settings: AnySettings | null): Promise<Context> {
  if (settings === null || isClearance(settings) || settings.route === undefined) return ctx;
  return opened(ctx, settings.route.name, (await ctx.routes?.openStored(settings)) ?? null);
}

const settingsRow = z.object({ settings: anySettingsSchema });

/** The same for a plan by its ID; one that isn't there is left to whoever reads it. */
export async function onPlan(ctx: Context, planId: string): Promise<Context> {
  const [plan] = await ctx.database.rows(settingsRow, `SELECT "settings" FROM "Plan" WHERE "id" = $1`, [planId]);
  return onSettings(ctx, plan?.settings ?? null);
}

/** The same for a run. */
export async function onRun(ctx: Context, runId: string): Promise<Context> {
  const [run] = await ctx.database.rows(settingsRow, `SELECT "settings" FROM "Run" WHERE "id" = $1`, [runId]);
  return onSettings(ctx, run?.settings ?? null);
}

function opened(ctx: Context, name: string, route: OpenRoute | null): Context {
  if (route !== null) return partsOn(ctx, route);
  throw new OperatorError({
    kind: "not-found",
    code: "route-not-found",
    what: `There is no route ${name} here.`,
    notLost: "Nothing was started and nothing was changed.",
    next: "See `portage routes list`.",
  });
}
