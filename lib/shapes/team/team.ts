import { z } from "zod";
import { roleSchema, whoSchema } from "./role";

/** Fewer characters are guessed. */
export const shortestPassword = 12;
export const longestPassword = 128;

export const memberSchema = z.object({
  id: z.string(),
  name: z.string(),
  email: z.string(),
  role: roleSchema,
  disabled: z.boolean(),
  /** How they sign in: `password`, `single sign-on`. */
  ways: z.array(z.string()),
  createdAt: z.iso.datetime(),
  lastSeenAt: z.iso.datetime().nullable(),
});
export type Member = z.infer<typeof memberSchema>;

export const tokenSchema = z.object({
  id: z.string(),
  name: z.string(),
  role: roleSchema,
  createdBy: z.string(),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
  lastUsedAt: z.iso.datetime().nullable(),
  revokedAt: z.iso.datetime().nullable(),
});
export type TokenView = z.infer<typeof tokenSchema>;

/** Who asks, and whether anybody has to sign in here. */
export const accountSchema = z.object({
  who: whoSchema,
  login: z.boolean(),
  /** Whether there is a password to change: who comes by single sign-on alone has none here. */
  password: z.boolean(),
  fourEyes: z.number().nullable(),
});
export type Account = z.infer<typeof accountSchema>;

/** What the login page has to know before anybody has signed in. */
export const loginWaysSchema = z.object({ oidc: z.string().nullable() });

/** What somebody with an invitation gives. */
export const acceptInvitationInput = z.strictObject({
  invitation: z.string().min(1).max(100),
  name: z.string().trim().min(1).max(100),
  email: z.email().max(200),
  password: z.string().min(shortestPassword).max(longestPassword),
});
