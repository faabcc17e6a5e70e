import { z } from "zod";
import { resume } from "@/lib/runs/lifecycle/control-run";
import { settingsFor } from "@/lib/runs/lifecycle/settings";
import { endOf, refuseMoved } from "@/lib/runs/lifecycle/world";
import { anySettingsSchema, isClearance } from "@/lib/shapes/runs/run";
import { inspectSide } from "../namespaces/inventory";
import { askedBy } from "../plans/ceilings";
import type { Context } from "../verbs/context";
import { onRun } from "../verbs/on-route";
import { idInput } from "../verbs/parse-input";
import { ceilingsInput } from "./run-input";
import { readRun } from "./run-view";

export const resumeRunInput = z.strictObject({ id: idInput, ...ceilingsInput });

/**
 * Puts a paused or failed run back to work where it stopped, under other ceilings where any are given. Throws an `OperatorError`
 * (`run-not-found`, `wrong-state`, `over-limits` where it stands at a ceiling that isn't raised, `route-moved` where another index, account
 * or model is set now than the run was made for, `not-allowed` or `four-eyes` where a ceiling is raised by whoever couldn't have set it).
 */
export async function resumeRun(asked: Context, input: z.infer<typeof resumeRunInput>) {
  const ctx = await onRun(asked, input.id);
  const { id, ...given } = input;
  await readRun(ctx.database, id);
  await checkWorld(ctx, id);
  await resume(ctx.database, id, ctx.actor, askedBy(ctx, given));
  await ctx.wake();
  return readRun(ctx.database, input.id);
}

const settingsRow = z.object({ settings: anySettingsSchema });

/** What the worker would find, too: said here, before anything is put back to work. */
async function checkWorld(ctx: Context, runId: string): Promise<void> {
  const [run] = await ctx.database.rows(settingsRow, `SELECT "settings" FROM "Run" WHERE "id" = $1`, [runId]);
  if (!run || isClearance(run.settings)) return;
  refuseMoved(runId, run.settings, settingsFor(ctx));
  // A service that doesn't answer now is the worker's to wait for.
  const look = (side: "source" | "target") => inspectSide(ctx, side, { counts: false }).catch(() => null);
  const [source, target] = await Promise.all([look("source"), look("target")]);
  const ends = { source: source && endOf(source), target: target && endOf(target) };
  refuseMoved(runId, run.settings, settingsFor(ctx, {}, ends));
}
