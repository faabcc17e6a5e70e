import type { z } from "zod";
import { OperatorError } from "@/lib/operator-error";
import { includesRole, type Role } from "@/lib/shapes/role";
import type { Context } from "./context";
import { parseInput } from "./parse-input";
import type { AnyDownload, VerbOptions } from "./verb";

type Callable<Input, Raw, Answer> = {
  name: string;
  role: Role;
  input: z.ZodType<Input, Raw>;
  run(ctx: Context, input: Input, options: VerbOptions): Promise<Answer>;
};

/**
 * The one way to a verb, for pages, HTTP and the command line: whether whoever asks may, then what they ask, then the verb.
 * @throws OperatorError `not-allowed`, `invalid-input`, and what the verb throws
 */
export async function callVerb<Input, Raw, Answer>(
  verb: Callable<Input, Raw, Answer>,
  ctx: Context,
  raw: unknown,
  options: VerbOptions = {},
): Promise<Answer> {
  allow(ctx, verb);
  return verb.run(ctx, parseInput(verb.input, raw), options);
}

/** The same for text that is made while it is sent. */
export async function openDownload(download: AnyDownload, ctx: Context, raw: unknown, options: VerbOptions = {}) {
  allow(ctx, download);
  return download.open(ctx, raw, options);
}

function allow({ who }: Context, { name, role }: { name: string; role: Role }): void {
  if (who === undefined || includesRole(who.role, role)) return;
  throw new OperatorError({
    kind: "forbidden",
    code: "not-allowed",
    what: `${who.name} is ${who.role} here, and ${name} asks for ${role}.`,
    notLost: "Nothing was started or changed.",
    next: `Ask somebody who is ${role} to do it, or an admin for that role.`,
  });
}
