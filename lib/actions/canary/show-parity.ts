import { z } from "zod";
import { OperatorError } from "@/lib/operator-error";
import type { Parity } from "@/lib/shapes/cut-over/canary";
import { routeName } from "@/lib/shapes/routes/route";
import type { Context } from "../verbs/context";
import { standingCanary } from "./standing-canary";

export const showParityInput = z.strictObject({ route: routeName.optional() });

/** Routes whose application asks the target, by the last switch of each. */
export async function switchedRoutes({ database }: Context): Promise<string[]> {
  const rows = await database.rows(
    z.object({ routeName: z.string(), to: z.string() }),
    `SELECT DISTINCT ON ("routeName") "routeName", "to" FROM "Switch" WHERE "state" = 'done' ORDER BY "routeName", "generation" DESC`,
  );
  return rows.filter(({ to }) => to === "target").map((row) => row.routeName);
}

/** The last canary of each route that was switched. */
export async function readParity(ctx: Context, route?: string): Promise<Parity> {
  const names = route === undefined ? await switchedRoutes(ctx) : [route];
  const routes = await Promise.all(names.map(async (name) => ({ route: name, ...(await standingCanary(ctx, name)) })));
  const worst = (["red", "unknown"] as const).find((state) => routes.some((one) => one.state === state));
  return { state: worst ?? (routes.length === 0 ? "unknown" : "green"), routes };
}

/** For a monitor: an answer while all is well or not known, an error while a canary is red. @throws OperatorError `parity-red` */
export async function showParity(ctx: Context, input: z.infer<typeof showParityInput>): Promise<Parity> {
  const parity = await readParity(ctx, input.route);
  const red = parity.routes.find(({ state }) => state === "red");
  if (!red) return parity;
  throw new OperatorError({
    kind: "failed",
    code: "parity-red",
    what: `The target of ${red.route} answers worse than when it was checked. ${red.words}`,
    notLost: "The source stands as it was.",
    next: `See the page Move, or go back with \`portage switch ${red.route} --back\`.`,
  });
}
