import type { z } from "zod";
import type { FormBody } from "@/lib/http/receive-files";
import { OperatorError } from "@/lib/operator-error";
import { includesRole, type Role } from "@/lib/shapes/team/role";
import { noteAct, noteIntent } from "../audit/note-act";
import type { Context } from "./context";
import { parseInput } from "./parse-input";
import type { AnyDownload, AnyUpload, VerbOptions } from "./verb";

type Callable<Input, Raw, Answer> = {
  name: string;
  role: Role;
  kind: "read" | "write";
  input: z.ZodType<Input, Raw>;
  before?: (ctx: Context, input: Input) => Promise<unknown>;
  run(ctx: Context, input: Input, options: VerbOptions): Promise<Answer>;
};

/**
 * The one way to a verb, for pages, HTTP and the command line: whether whoever asks may, then what they ask, then the verb. What changes
 * something, and what is refused for want of a role, is put into the audit trail here and nowhere else: that it is begun before, how it ended after.
 * @throws OperatorError `not-allowed`, `invalid-input`, and what the verb throws
 */
export async function callVerb<Input, Raw, Answer>(
  verb: Callable<Input, Raw, Answer>,
  ctx: Context,
  raw: unknown,
  options: VerbOptions = {},
): Promise<Answer> {
  await allow(ctx, verb, raw);
  const input = parseInput(verb.input, raw);
  if (verb.kind === "read") return verb.run(ctx, input, options);
  // Told by whatever reads it: what isn't there any more has no state from before.
  const before = await verb.before?.(ctx, input).catch(() => null);
  const act = { act: verb.name, asked: input, before };
  const intent = await noteIntent(ctx, act).catch((cause: unknown) => {
    throw unnotable(verb.name, cause);
  });
  const answer = await verb.run(ctx, input, options).catch(async (error: unknown) => {
    await noteRefused(ctx, { ...act, error }, intent);
    throw error;
  });
  await noteAct(ctx, { ...act, answer }, intent).catch((cause: unknown) => {
    throw unnoted(verb.name, cause);
  });
  return answer;
}

/** What stood against it matters more than that it couldn't be noted. */
async function noteRefused(ctx: Context, act: Parameters<typeof noteAct>[1], intent?: string): Promise<void> {
  await noteAct(ctx, act, intent).catch((error: unknown) => {
    ctx.log.error({ error, act: act.act }, "the audit trail could not be written");
  });
}

function unnotable(name: string, cause: unknown): OperatorError {
  return new OperatorError({
    kind: "failed",
    code: "not-in-audit-trail",
    what: `${name} can't be put into the audit trail: Portage's database doesn't take it.`,
    notLost: "Nothing was started or changed.",
    next: "See that the database can be reached and its disk has room, and try again.",
    cause,
  });
}

function unnoted(name: string, cause: unknown): OperatorError {
  return new OperatorError({
    kind: "failed",
    code: "not-in-audit-trail",
    what: `${name} was done, but could not be put into the audit trail.`,
    notLost: "What was done stands.",
    next: "See what became of it before you try again, and look at the log.",
    cause,
  });
}

/** The same for text that is made while it is sent: every export is noted. */
export async function openDownload(download: AnyDownload, ctx: Context, raw: unknown, options: VerbOptions = {}) {
  await allow(ctx, download, raw);
  const opened = await download.open(ctx, raw, options);
  await noteAct(ctx, { act: download.name, asked: raw });
  return opened;
}

/** The same for what comes with files. Nothing of them is read for somebody who may not. */
export async function receiveUpload(
  upload: AnyUpload,
  ctx: Context,
  raw: unknown,
  body: FormBody,
  options: VerbOptions = {},
): Promise<unknown> {
  await allow(ctx, upload, raw);
  return upload.receive(ctx, raw, body, options);
}

async function allow(ctx: Context, { name, role }: { name: string; role: Role }, asked: unknown): Promise<void> {
  const { who } = ctx;
  if (who === undefined || includesRole(who.role, role)) return;
  const error = new OperatorError({
    kind: "forbidden",
    code: "not-allowed",
    what: `${who.name} is ${who.role} here, and ${name} asks for ${role}.`,
    notLost: "Nothing was started or changed.",
    next: `Ask somebody who is ${role} to do it, or an admin for that role.`,
  });
  await noteRefused(ctx, { act: name, asked, error });
  throw error;
}
