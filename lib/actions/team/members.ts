import { z } from "zod";
import { makeInvitation } from "@/lib/auth/invitations";
import * as rows from "@/lib/auth/member-rows";
import { OperatorError } from "@/lib/operator-error";
import { roleSchema } from "@/lib/shapes/team/role";
import { memberSchema } from "@/lib/shapes/team/team";
import type { Context } from "../verbs/context";
import { idInput } from "../verbs/parse-input";

export const listMembersInput = z.strictObject({});
export const listMembersAnswer = z.object({ members: z.array(memberSchema) });

/** Everybody who may sign in. */
export async function listMembers({ database }: Context, _input: z.infer<typeof listMembersInput>) {
  return { members: await rows.listMembers(database) };
}

export const inviteMemberInput = z.strictObject({ role: roleSchema });
/** The path of the link, which works once; nothing of it can be read again. */
export const inviteMemberAnswer = z.object({ path: z.string() });

/** Makes a link that makes one member, once, within 7 days. */
export async function inviteMember({ database, actor }: Context, { role }: z.infer<typeof inviteMemberInput>) {
  return { path: `/invitation#${await makeInvitation(database, { role, createdBy: actor })}` };
}

export const changeMemberInput = z.strictObject({
  id: idInput,
  role: roleSchema.optional(),
  /** `true` shuts them out at once. */
  disabled: z.boolean().optional(),
});
export const removeMemberInput = z.strictObject({ id: idInput });

/** Changes what a member may do. Throws an `OperatorError` (`member-not-found`, `last-admin`). */
export async function changeMember({ database }: Context, { id, ...change }: z.infer<typeof changeMemberInput>) {
  refuse(await rows.changeMember(database, id, change));
  return { members: await rows.listMembers(database) };
}

/** Removes a member. Throws an `OperatorError` (`member-not-found`, `last-admin`). */
export async function removeMember({ database }: Context, { id }: z.infer<typeof removeMemberInput>) {
  refuse(await rows.removeMember(database, id));
  return { members: await rows.listMembers(database) };
}

/** A member as they stand, for the audit trail. */
export async function memberBefore({ database }: Context, { id }: { id: string }) {
  return (await rows.listMembers(database)).find((member) => member.id === id) ?? null;
}

function refuse(refused: rows.Refused | null): void {
  if (refused === null) return;
  const last = refused === "last-admin";
  throw new OperatorError({
    kind: last ? "refused" : "not-found",
    code: last ? "last-admin" : "member-not-found",
    what: last ? "This is the last admin who can sign in." : "There is no such member.",
    notLost: "Nothing was changed.",
    next: last ? "Make somebody else an admin first." : "See the members as they are now.",
  });
}
