import { routeOf } from "@/lib/routes/route-now";
import { newIdentifier } from "@/lib/runs/lifecycle/identifiers";
import type { GateDetail } from "@/lib/shapes/cut-over/gate";
import type { GateCost } from "@/lib/shapes/cut-over/gate-cost";
import type { Context } from "../verbs/context";
import type { VerbOptions } from "../verbs/verb";
import { checkBehind, unfinished } from "./check-behind";
import { readGate } from "./gate-rows";
import { gateCeilings, requireRoom } from "./gate-spending";
import { type GateAsked, prepareGate } from "./prepare-gate";

/** What a gate would read, ask and embed, and what that costs. Asks both sides for shapes and counts alone. @throws OperatorError as {@link startGate} */
export async function estimateGate(
  context: Context,
  input: GateAsked,
  { signal }: VerbOptions = {},
): Promise<{ cost: GateCost }> {
  const { cost } = await prepareGate(context, input, signal);
  return { cost };
}

/**
 * Begins to check a route and answers at once: {@link showGate} tells when the verdict is there. Both sides are only read. Until it is finished, and
 * for ever if its process ends before, the verdict is INCONCLUSIVE.
 * @throws OperatorError `unknown-index`, `cant-search`, `route-not-found`, `plan-not-found`, `over-limits`
 */
export async function startGate(context: Context, input: GateAsked, { signal }: VerbOptions = {}): Promise<GateDetail> {
  const prepared = await prepareGate(context, input, signal);
  const { ctx, sides, settings } = prepared;
  const ceilings = gateCeilings(ctx, input);
  requireRoom(prepared, ceilings);
  const route = routeOf(ctx);
  const ends = {
    source: { ...route.source, account: sides.source.shape.account },
    target: { ...route.target, account: sides.target.shape.account },
    model: route.embedder?.model ?? null,
  };
  const id = newIdentifier("gate");
  await ctx.database.run(
    `INSERT INTO "Gate" ("id", "routeName", "routeRevision", "planId", "ends", "words", "settings", "startedBy")
     VALUES ($1, $2, $3, $4, $5::jsonb, $6, $7::jsonb, $8)`,
    [
      ...[id, route.name, route.revision, input.plan ?? null, JSON.stringify(ends)],
      ...[unfinished, JSON.stringify(settings), ctx.actor],
    ],
  );
  void checkBehind(prepared, id, ceilings);
  return readGate(ctx, id);
}
