import { z } from "zod";
import { routeOf } from "@/lib/routes/route-now";
import type { SwitchStanding } from "@/lib/shapes/cut-over/switch";
import { routeName } from "@/lib/shapes/routes/route";
import type { Context } from "../verbs/context";
import { onRoute } from "../verbs/on-route";
import { fileStanding } from "./file-standing";
import { activeSide, lastSwitch, pathsOf, readSwitches, switchOf } from "./switch-rows";
import { wayBackOf } from "./way-back";

export const showSwitchInput = z.strictObject({
  name: routeName,
  /** Connection of the model that made the source's vectors, for the route back. */
  embedder: routeName.optional(),
});

const shown = 50;

/** Which side a route's application is told to ask, by whom, when and why, and what leads back. @throws OperatorError `route-not-found` */
export async function showSwitch(context: Context, input: z.infer<typeof showSwitchInput>): Promise<SwitchStanding> {
  const ctx = await onRoute(context, input.name);
  const { name } = routeOf(ctx);
  const paths = pathsOf(ctx, name);
  const [last, rows, back] = await Promise.all([
    lastSwitch(ctx, name),
    readSwitches(ctx, name, shown),
    wayBackOf(ctx, name, input.embedder),
  ]);
  return {
    ...{ route: name, active: activeSide(last), generation: last?.generation ?? 0, paths, back },
    file: await fileStanding(ctx, name, last),
    history: rows.map(switchOf),
  };
}
