"use server";

import { verbs } from "@/lib/actions/verbs/registry";
import { answer } from "./answer";

/** Makes a link that makes one member. */
export async function invite(input: unknown) {
  return answer(verbs.inviteMember, input);
}

/** Changes what a member may do, or shuts them out. */
export async function changeMember(input: unknown) {
  return answer(verbs.changeMember, input);
}

/** Removes a member; their tokens stop working. */
export async function removeMember(input: unknown) {
  return answer(verbs.removeMember, input);
}

/** Makes a token, which is shown once. */
export async function addToken(input: unknown) {
  return answer(verbs.addToken, input);
}

/** Ends a token. */
export async function revokeToken(input: unknown) {
  return answer(verbs.revokeToken, input);
}
