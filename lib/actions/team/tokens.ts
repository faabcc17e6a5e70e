import { z } from "zod";
import { hasPassword } from "@/lib/auth/member-rows";
import * as tokens from "@/lib/auth/tokens";
import { OperatorError } from "@/lib/operator-error";
import { includesRole, roleSchema } from "@/lib/shapes/team/role";
import { accountSchema, tokenSchema } from "@/lib/shapes/team/team";
import type { Context } from "../verbs/context";
import { idInput } from "../verbs/parse-input";

export const showAccountInput = z.strictObject({});
export const showAccountAnswer = accountSchema;

/** Who asks, and what they may do here. */
export async function showAccount({ who, actor, config, database }: Context, _input: z.infer<typeof showAccountInput>) {
  const own = { name: actor, role: "admin", by: "process", id: "", address: "" } as const;
  return {
    who: who ?? own,
    login: config.login !== null,
    password: who?.by === "session" && (await hasPassword(database, who.id)),
    fourEyes: config.login?.fourEyes ?? null,
  };
}

export const listTokensInput = z.strictObject({});
export const listTokensAnswer = z.object({ tokens: z.array(tokenSchema) });

/** Whose tokens somebody sees and ends: their own; an admin everybody's. */
const reach = ({ who }: Context): string | null =>
  who === undefined || who.role === "admin" ? null : who.by === "session" ? who.id : "nobody";

/** Tokens for scripts, newest first; none can be read again. */
export async function listTokens(ctx: Context, _input: z.infer<typeof listTokensInput>) {
  return { tokens: await tokens.listTokens(ctx.database, reach(ctx)) };
}

export const addTokenInput = z.strictObject({
  /** What it is for; stands behind the member's address in plans, runs and the audit trail. */
  name: z.string().regex(/^[\w.-]{1,60}$/, "a name has 1 to 60 letters, digits, dots, dashes and underscores"),
  role: roleSchema,
  days: z.int().min(1).max(366).default(90),
});
export const addTokenAnswer = z.object({
  id: z.string(),
  /** Shown this once. */
  token: z.string(),
});

/**
 * Makes a token that may do at most what its maker may, now and later. Throws an `OperatorError` (`role-too-high`, `token-makes-none`).
 */
export async function addToken(ctx: Context, input: z.infer<typeof addTokenInput>) {
  const { who, actor, database } = ctx;
  if (who?.by === "token")
    throw refusal("token-makes-none", "A token makes no other token.", "Sign in, and make it there.");
  if (who !== undefined && !includesRole(who.role, input.role))
    throw refusal(
      "role-too-high",
      `${who.name} is ${who.role} here: a token of theirs can't be ${input.role}.`,
      `Choose ${who.role} or less.`,
    );
  return tokens.makeToken(database, {
    ...input,
    createdBy: actor,
    memberId: who?.by === "session" ? who.id : "",
  });
}

export const revokeTokenInput = z.strictObject({ id: idInput });

/** Ends a token, at once and for good. Throws an `OperatorError` (`token-not-found`). */
export async function revokeToken(ctx: Context, { id }: z.infer<typeof revokeTokenInput>) {
  if (await tokens.revokeToken(ctx.database, id, reach(ctx))) return listTokens(ctx, {});
  throw new OperatorError({
    kind: "not-found",
    code: "token-not-found",
    what: `There is no token ${JSON.stringify(id)} of yours.`,
    notLost: "Nothing was changed.",
    next: "See all tokens with `portage tokens list`.",
  });
}

function refusal(code: string, what: string, next: string): OperatorError {
  return new OperatorError({ kind: "forbidden", code, what, notLost: "No token was made.", next });
}
