import { z } from "zod";
import { isServiceFailure } from "@/lib/failures";
import { isOperatorError, OperatorError } from "@/lib/operator-error";
import { routeOf } from "@/lib/routes/route-now";
import { newIdentifier } from "@/lib/runs/lifecycle/identifiers";
import type { FacadeNames, SwitchAnswer, SwitchFile, SwitchSide } from "@/lib/shapes/cut-over/switch";
import { routeName } from "@/lib/shapes/routes/route";
import type { Warning } from "@/lib/shapes/runs/warning";
import { envText } from "@/lib/switch/switch-file";
import type { Context } from "../verbs/context";
import { onRoute } from "../verbs/on-route";
import type { VerbOptions } from "../verbs/verb";
import { againstBack } from "./against-back";
import { againstTarget } from "./against-target";
import { backendsOf, type Ends } from "./backends";
import { executeSwitch, writeAgain } from "./execute-switch";
import { facadeStatementsFor, facadeUnchanged } from "./facade-statements";
import { fileStanding } from "./file-standing";
import { activeSide, lastSwitch, pathsOf, type SwitchRow } from "./switch-rows";

const objectName = z
  .string()
  .min(1)
  .max(63)
  .regex(/^[^\0"]*$/, "a name without quotes");

export const switchRouteInput = z.strictObject({
  name: routeName,
  /** `back`: to the source again, whichever side was asked before. */
  to: z.enum(["target", "source", "back"]),
  dryRun: z.boolean().default(false),
  /** Why it is made whatever stands against it. */
  force: z.string().trim().min(3).max(500).optional(),
  /** Names of a view and of a function in the target's database that are led to the side; left out, those of the last switch; empty: none. */
  view: z.union([objectName, z.literal("")]).optional(),
  function: z.union([objectName, z.literal("")]).optional(),
  /** The number of the last switch as whoever switches saw it, 0 for none: with another one since, nothing is written. */
  generation: z.number().int().min(0).optional(),
});
type Input = z.infer<typeof switchRouteInput>;

/**
 * Tells the application of a route which side to ask, by a file that is replaced in one step. With `dryRun` it says what would be written and what
 * stands against it, and writes nothing.
 * @throws OperatorError `switch-refused`, `switch-overtaken`, `switch-under-way`, `already-there`, `switch-not-written`, `facade-failed`,
 *   `route-not-found`, `unknown-index`
 */
export async function switchRoute(context: Context, input: Input, { signal }: VerbOptions = {}): Promise<SwitchAnswer> {
  const ctx = await onRoute(context, input.name);
  const route = routeOf(ctx);
  const now = new Date();
  // Before the last one is read: a switch that is made meanwhile takes this number.
  const generation = (await lastGeneration(ctx, route.name)) + 1;
  const last = await lastSwitch(ctx, route.name);
  const seen = last?.generation ?? 0;
  if (input.generation !== undefined && input.generation !== seen) throw overtaken(route.name, last);
  const to: SwitchSide = input.to === "back" ? "source" : input.to;
  if (input.to === "back" && last === null) throw nothingToGoBackFrom(route.name);
  if (last !== null && to === activeSide(last)) return writtenAgain(ctx, last, input);
  const { ends, fromFile } = await reached(ctx, to, last, input, signal);
  const known =
    to === "target"
      ? { ...(await againstTarget(ctx, { ends, now, last }, signal)), lost: null }
      : last === null
        ? // The application gets its file before the first switch: nothing changes by that.
          { against: [], notes: [], lost: null, gateId: null, planId: null }
        : { ...(await backOf(ctx, { ends, last, now, input }, signal)), gateId: last?.gateId ?? null, planId: null };
  const facade = facadeOf(input, last);
  const statements = fromFile ? facadeUnchanged(facade) : await facadeStatementsFor(ctx, ends, to, facade, signal);
  const file: SwitchFile = {
    ...{ version: 1, route: route.name, generation },
    ...{ active: ends[to].backend, previous: ends[to === "target" ? "source" : "target"].backend },
    ...{ verdict: known.gateId, plan: known.planId, at: now.toISOString(), by: ctx.actor },
  };
  const answer: SwitchAnswer = {
    ...{ dryRun: input.dryRun, to, against: known.against, notes: [...known.notes, ...statements.notes] },
    ...{ lost: known.lost, paths: pathsOf(ctx, route.name), file, env: envText(file) },
    ...{ statements: statements.statements, switch: null },
  };
  if (input.dryRun) return answer;
  if (known.against.length > 0 && input.force === undefined) throw refused(route.name, to, known.against);
  const made = await executeSwitch(ctx, {
    ...{ id: newIdentifier("switch"), file, to, back: input.to === "back", facade, seen },
    ...{ reason: known.against.length > 0 ? (input.force ?? null) : null, against: known.against },
    statements: statements.statements,
  });
  return { ...answer, switch: made };
}

/** Where the side is asked already, the last switch's file can be missing or changed: it is written again. @throws OperatorError `already-there` */
async function writtenAgain(ctx: Context, last: SwitchRow, { dryRun }: Input): Promise<SwitchAnswer> {
  const { file, to } = last;
  const paths = pathsOf(ctx, file.route);
  const standing = await fileStanding(ctx, file.route, last);
  if (standing === "as-written") throw alreadyThere(file.route, to);
  const found = standing === "missing" ? "is missing" : "holds something else than the last switch wrote";
  const answer: SwitchAnswer = {
    ...{ dryRun, to, against: [], notes: [`${paths.json} ${found}: what that switch wrote is written again.`] },
    ...{ lost: null, paths, file, env: envText(file), statements: [], switch: null },
  };
  return dryRun ? answer : { ...answer, switch: await writeAgain(ctx, last) };
}

/**
 * Both ends as they are. A way back by force asks neither: the side that is left may be down, which is why one goes, and what is needed stands in the file
 * that was written before.
 */
async function reached(
  ctx: Context,
  to: SwitchSide,
  last: SwitchRow | null,
  { force }: Input,
  signal?: AbortSignal,
): Promise<{ ends: Ends; fromFile: boolean }> {
  try {
    return { ends: await backendsOf(ctx, signal), fromFile: false };
  } catch (error) {
    const held = last && [last.file.active, last.file.previous];
    const known = held?.find(({ side }) => side === to);
    const left = held?.find(({ side }) => side !== to);
    if (force === undefined || !known || !left || !(isOperatorError(error) || isServiceFailure(error))) throw error;
    const shape = (backend: typeof known) => ({
      ...{ name: backend.index, dimension: backend.dimension, metric: "cosine" as const, ready: false, account: "" },
      ...{ sparse: false, vectors: { value: 0, exact: false }, namespaces: 0 },
    });
    const end = (backend: typeof known) => ({ backend, shape: shape(backend) });
    const [source, target] = to === "source" ? [known, left] : [left, known];
    return { ends: { source: end(source), target: end(target) }, fromFile: true };
  }
}

/** Whatever keeps it from being known stands against it. */
async function backOf(
  ctx: Context,
  { ends, last, now, input }: { ends: Ends; last: SwitchRow | null; now: Date; input: Input },
  signal?: AbortSignal,
) {
  try {
    return await againstBack(ctx, { ends, last, now, count: input.force === undefined }, signal);
  } catch (error) {
    signal?.throwIfAborted();
    if (!isOperatorError(error) && !isServiceFailure(error)) throw error;
    const why = isOperatorError(error) ? error.what : `${error.service} failed: ${error.message}.`;
    const words = `What was written to the target since can't be counted: ${why}`;
    return { against: [{ code: "loss-not-counted", words }], notes: [], lost: null };
  }
}

async function lastGeneration({ database }: Context, routeName: string): Promise<number> {
  const { _max } = await database.prisma.switch.aggregate({ where: { routeName }, _max: { generation: true } });
  return _max.generation ?? 0;
}

function facadeOf({ view, function: called }: Input, last: SwitchRow | null): FacadeNames | null {
  const named = (given: string | undefined, before: string | null | undefined) =>
    given === undefined ? (before ?? null) : given === "" ? null : given;
  const names = { view: named(view, last?.facade?.view), function: named(called, last?.facade?.function) };
  return names.view === null && names.function === null ? null : names;
}

const refused = (route: string, to: SwitchSide, against: readonly Warning[]) =>
  new OperatorError({
    kind: "refused",
    code: "switch-refused",
    what: `${route} isn't switched to the ${to}. ${against.map(({ words }) => words).join(" ")}`,
    notLost: "Nothing was written: the application asks the side that it asked before.",
    next: "Do what stands there and switch again, or give --force with a reason, which is kept.",
  });

const alreadyThere = (route: string, to: SwitchSide) =>
  new OperatorError({
    kind: "refused",
    code: "already-there",
    what: `The application of ${route} asks the ${to} already.`,
    notLost: "Nothing was written.",
    next: "See `portage switch` with --dry-run and the other side, or the history on the page Move.",
  });

const overtaken = (route: string, last: SwitchRow | null) =>
  new OperatorError({
    kind: "refused",
    code: "switch-overtaken",
    what: `${route} was switched since you looked: its application asks the ${activeSide(last)}${last ? ` (switch ${last.generation}, ${last.switchedBy})` : ""}.`,
    notLost: "Nothing was written.",
    next: "Look at the page Move again, and switch if it is still wanted.",
  });

const nothingToGoBackFrom = (route: string) =>
  new OperatorError({
    kind: "refused",
    code: "never-switched",
    what: `${route} was never switched: there is nothing to go back from.`,
    notLost: "Nothing was written.",
    next: `Switch it with \`portage switch ${route} --to target\`.`,
  });
