import { OperatorError } from "@/lib/operator-error";
import { routeOf } from "@/lib/routes/route-now";
import type { FacadeNames, SwitchSide } from "@/lib/shapes/cut-over/switch";
import { attempt } from "../verbs/attempt";
import type { Context } from "../verbs/context";
import { usedBy } from "../verbs/used-by";
import type { Ends } from "./backends";

/**
 * The SQL that leads a view or a function to the side, by the target's connection: the source's is never written to. Where the source stands in another
 * database, a way back leaves them as they are and says so.
 * @throws OperatorError `no-sql-facade`
 */
export async function facadeStatementsFor(
  ctx: Context,
  ends: Ends,
  to: SwitchSide,
  names: FacadeNames | null,
  signal?: AbortSignal,
): Promise<{ statements: string[]; notes: string[] }> {
  if (names === null) return { statements: [], notes: [] };
  const { facadeSteps } = ctx.target;
  if (!facadeSteps) throw noFacade(ctx.target.service);
  if (to === "source" && ends.source.shape.account !== ends.target.shape.account)
    return {
      statements: [],
      notes: [`${listed(names)} go on answering from the target's database: the source stands in another.`],
    };
  const { text } = routeOf(ctx);
  const keys = "keys" in text ? text.keys : [];
  const statements = await attempt(
    usedBy(ctx, "target"),
    () => facadeSteps({ index: ends[to].backend.index, ...names, text: keys }, signal ? { signal } : {}),
    signal,
  );
  return { statements, notes: [] };
}

/** For a way back that asks nobody: the side that is left may be down, and the facade is in its database. */
export const facadeUnchanged = (names: FacadeNames | null): { statements: string[]; notes: string[] } => ({
  statements: [],
  notes:
    names === null
      ? []
      : [
          `${listed(names)} was not changed, as one side can't be reached: it leads where it led. Switch again once both sides answer.`,
        ],
});

const listed = ({ view, function: called }: FacadeNames) =>
  [view, called].filter((name) => name !== null).join(" and ");

const noFacade = (service: string) =>
  new OperatorError({
    kind: "usage",
    code: "no-sql-facade",
    what: `${service} has no views or functions of SQL.`,
    notLost: "Nothing was written.",
    next: "Leave --view and --function out.",
  });
