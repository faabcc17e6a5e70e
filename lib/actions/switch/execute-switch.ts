import { isServiceFailure } from "@/lib/failures";
import { OperatorError } from "@/lib/operator-error";
import { newIdentifier } from "@/lib/runs/lifecycle/identifiers";
import type { FacadeNames, Switch, SwitchFile, SwitchSide } from "@/lib/shapes/cut-over/switch";
import type { Warning } from "@/lib/shapes/runs/warning";
import { runHook } from "@/lib/switch/run-hook";
import { readSwitchFile, writeSwitchFiles } from "@/lib/switch/switch-file";
import { putChannelDelivery } from "@/lib/webhooks/outbox";
import type { Context } from "../verbs/context";
import { lastSwitch, pathsOf, readSwitches, type SwitchRow, switchOf } from "./switch-rows";

/** One that says nothing for so long ended with its process. Milliseconds. */
const longestWriting = 120_000;

export type Given = {
  id: string;
  file: SwitchFile;
  to: SwitchSide;
  back: boolean;
  facade: FacadeNames | null;
  reason: string | null;
  against: Warning[];
  statements: string[];
  /** The number of the last switch that it was checked by; 0: none. */
  seen: number;
};

/**
 * Writes it down, then to the database of the target, then to the file, and tells hook and webhook. A second switch of the route meanwhile finds its
 * number taken. The file decides: what a process left half done is read from it.
 * @throws OperatorError `switch-under-way`, `facade-failed`, `switch-not-written`
 */
export async function executeSwitch(ctx: Context, given: Given): Promise<Switch> {
  const { file, id } = given;
  await settleLeft(ctx, file.route);
  // One that ended since had a number before this one's.
  if (((await lastSwitch(ctx, file.route))?.generation ?? 0) !== given.seen) throw underWay(file.route);
  await claim(ctx, given);
  try {
    if (given.statements.length > 0) await ctx.target.runFacade?.(given.statements);
  } catch (error) {
    const why = isServiceFailure(error) ? error.message : "Portage itself failed; the log holds why.";
    ctx.log.error({ error, switch: id }, "an SQL facade was not changed");
    await fail(ctx, id, `The view or function was not changed: ${why}`);
    throw facadeFailed(why);
  }
  try {
    await writeSwitchFiles(pathsOf(ctx, file.route), file);
  } catch (error) {
    const why = error instanceof Error ? error.message : "it can't be told why";
    await fail(ctx, id, `The file was not written: ${why}.`);
    throw notWritten(pathsOf(ctx, file.route).json, why, given.statements.length > 0);
  }
  await finish(ctx, given);
  await callHook(ctx, given);
  const [row] = await readSwitches(ctx, file.route, 1);
  if (!row) throw new Error("the switch that was made isn't there");
  return switchOf(row);
}

/** Writes the last switch's file again, and tells the hook. @throws OperatorError `switch-under-way`, `switch-not-written` */
export async function writeAgain(ctx: Context, { id, file }: SwitchRow): Promise<Switch> {
  const paths = pathsOf(ctx, file.route);
  await settleLeft(ctx, file.route);
  if ((await lastSwitch(ctx, file.route))?.id !== id) throw underWay(file.route);
  try {
    await writeSwitchFiles(paths, file);
  } catch (error) {
    throw notWritten(paths.json, error instanceof Error ? error.message : "it can't be told why", false);
  }
  ctx.log.info({ switch: id, route: file.route }, "the file of the last switch was written again");
  await callHook(ctx, { id, file });
  const row = await lastSwitch(ctx, file.route);
  if (!row) throw new Error("the switch that was written again isn't there");
  return switchOf(row);
}

/** The row is the claim: its number can be taken once. */
async function claim({ database, actor }: Context, given: Given): Promise<void> {
  const { id, file, to, back, facade, reason, against, statements } = given;
  const data = {
    ...{ id, routeName: file.route, generation: file.generation, to, back, file, reason, against, statements },
    ...{ gateId: file.verdict, planId: file.plan, words: "It was not finished.", switchedBy: actor },
    ...(facade && { facade }),
  };
  // Two rows of one number can't be: whoever comes second adds none.
  const { count } = await database.prisma.switch.createMany({ data: [data], skipDuplicates: true });
  if (count === 0) throw underWay(file.route);
}

/** What an earlier process left: the file says whether it came so far. @throws OperatorError `switch-under-way` */
async function settleLeft(ctx: Context, route: string): Promise<void> {
  const [row] = await readSwitches(ctx, route, 1);
  if (row?.state !== "writing") return;
  if (Date.now() - Date.parse(row.startedAt) < longestWriting) throw underWay(route);
  const standing = await readSwitchFile(pathsOf(ctx, route).json);
  const written = standing !== null && standing !== "other" && standing.generation === row.generation;
  if (!written) return fail(ctx, row.id, "It was not finished: its process ended before the file was written.");
  await end(ctx, row.id, "done", `${wordsOf(row)} Its process ended before it told anybody.`);
  throw underWay(route);
}

async function finish(ctx: Context, { id, file, to, back, reason }: Given): Promise<void> {
  const words = wordsOf({ to, back, file });
  await ctx.database.transaction(async (sql) => {
    await sql.run(
      `UPDATE "Switch" SET "state" = 'done', "words" = $2, "endedAt" = clock_timestamp() WHERE "id" = $1 AND "state" = 'writing'`,
      [id, words],
    );
    if (ctx.config.switching.webhook === null) return;
    await putChannelDelivery(sql, "switch", {
      ...{ version: 1, id: newIdentifier("delivery"), event: "route.switched", at: file.at },
      switch: { id, route: file.route, generation: file.generation, to, back, reason, words, by: file.by },
      ...{ active: file.active, previous: file.previous },
    });
  });
  ctx.log.info({ switch: id, route: file.route, to, reason }, words);
}

/** A hook that fails undoes nothing: the file stands, and applications that read it have switched. */
async function callHook(ctx: Context, { id, file }: Pick<Given, "id" | "file">): Promise<void> {
  const { hook } = ctx.config.switching;
  if (hook === null) return;
  const ended = await runHook(hook.reveal(), pathsOf(ctx, file.route), file);
  await ctx.database.prisma.switch.update({ where: { id }, data: { hook: ended } });
  ctx.log[ended.ok ? "info" : "warn"]({ switch: id }, ended.words);
}

const wordsOf = ({ to, back, file: { active } }: Pick<SwitchRow, "to" | "back" | "file">) =>
  `The application asks the ${to}${back ? " again" : ""}: ${active.index} (${active.backend}).`;

const fail = (ctx: Context, id: string, words: string) => end(ctx, id, "failed", words);
async function end({ database }: Context, id: string, state: "done" | "failed", words: string): Promise<void> {
  await database.prisma.switch.update({ where: { id }, data: { state, words, endedAt: new Date() } });
}

const underWay = (route: string) =>
  new OperatorError({
    kind: "refused",
    code: "switch-under-way",
    what: `${route} is being switched by somebody else, or was just now.`,
    notLost: "Nothing was written.",
    next: "See which side is asked now, and switch again if that isn't it.",
  });

const facadeFailed = (why: string) =>
  new OperatorError({
    kind: "failed",
    code: "facade-failed",
    what: `The view or function was not changed: ${why}`,
    notLost: "It stands as it was, and the application asks the side that it asked before.",
    next: "Do what the server asks for, or leave --view and --function empty, and switch again.",
  });

const notWritten = (file: string, why: string, changed: boolean) =>
  new OperatorError({
    kind: "failed",
    code: "switch-not-written",
    what: `${file} can't be written: ${why}.`,
    notLost: `It holds what it held, and the application that reads it asks the side that it asked before${changed ? "; the view or function leads to the new one" : ""}.`,
    next: "Make its folder writable, or set PORTAGE_SWITCH_DIR to one that is, and switch again.",
  });
