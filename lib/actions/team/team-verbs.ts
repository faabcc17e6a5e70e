import { verb } from "../verbs/verb";
import * as members from "./members";
import * as tokens from "./tokens";

const read = { method: "GET", kind: "read" } as const;
const write = { method: "POST", kind: "write" } as const;

/** Who may use Portage, and by which tokens: the part of the registry. */
export const teamVerbs = {
  showAccount: verb({
    ...read,
    name: "showAccount",
    role: "viewer",
    summary: "Who asks, with which role, and whether anybody has to sign in.",
    path: "/account",
    input: tokens.showAccountInput,
    output: tokens.showAccountAnswer,
    run: tokens.showAccount,
  }),
  listTokens: verb({
    ...read,
    name: "listTokens",
    role: "viewer",
    summary: "Tokens for scripts: one's own, or everybody's for an admin. None can be read again.",
    path: "/tokens",
    input: tokens.listTokensInput,
    output: tokens.listTokensAnswer,
    run: tokens.listTokens,
  }),
  addToken: verb({
    ...write,
    name: "addToken",
    role: "viewer",
    summary: "Makes a token that may do at most what its maker may. It is shown once.",
    path: "/tokens",
    input: tokens.addTokenInput,
    output: tokens.addTokenAnswer,
    run: tokens.addToken,
  }),
  revokeToken: verb({
    ...write,
    name: "revokeToken",
    role: "viewer",
    summary: "Ends a token of one's own, or anybody's for an admin.",
    path: "/tokens/{id}/revoke",
    input: tokens.revokeTokenInput,
    output: tokens.listTokensAnswer,
    run: tokens.revokeToken,
  }),
  listMembers: verb({
    ...read,
    name: "listMembers",
    role: "admin",
    summary: "Everybody who may sign in, with their roles.",
    path: "/members",
    input: members.listMembersInput,
    output: members.listMembersAnswer,
    run: members.listMembers,
  }),
  inviteMember: verb({
    ...write,
    name: "inviteMember",
    role: "admin",
    summary: "Makes a link that makes one member of a role, once, within 7 days.",
    path: "/members/invite",
    input: members.inviteMemberInput,
    output: members.inviteMemberAnswer,
    run: members.inviteMember,
  }),
  changeMember: verb({
    ...write,
    name: "changeMember",
    role: "admin",
    summary: "Changes a member's role, or shuts them out and lets them in again.",
    path: "/members/{id}",
    input: members.changeMemberInput,
    output: members.listMembersAnswer,
    before: members.memberBefore,
    run: members.changeMember,
  }),
  removeMember: verb({
    ...write,
    name: "removeMember",
    role: "admin",
    summary: "Removes a member; their tokens stop working, what they did stays under their name.",
    path: "/members/{id}/remove",
    input: members.removeMemberInput,
    output: members.listMembersAnswer,
    before: members.memberBefore,
    run: members.removeMember,
  }),
};
