import { createHmac } from "node:crypto";
import { betterAuth } from "better-auth";
import { prismaAdapter } from "better-auth/adapters/prisma";
import { genericOAuth } from "better-auth/plugins/generic-oauth";
import { z } from "zod";
import type { Database } from "@/lib/db/contract";
import type { Secret } from "@/lib/secret";
import { type Role, roleSchema } from "@/lib/shapes/team/role";
import { longestPassword, shortestPassword } from "@/lib/shapes/team/team";
import { accountsPath, addressHeader } from "./paths";

const sessionDays = 7;
const daySeconds = 86_400;

export type LoginSettings = {
  /** As members reach Portage: `https://portage.example.org`. */
  url: string;
  /** What cookies are signed by is made from it. */
  key: Buffer;
  oidc: { issuer: string; clientId: string; clientSecret: Secret; name: string; role: Role } | null;
};

const oidcId = "oidc";

/** Accounts, passwords, sessions and OpenID Connect, by better-auth over our own tables. */
export function openAccounts(database: Database, { url, key, oidc }: LoginSettings) {
  const auth = betterAuth({
    appName: "Portage",
    baseURL: url,
    basePath: accountsPath,
    secret: createHmac("sha256", key).update("portage login").digest("hex"),
    database: prismaAdapter(database.prisma, { provider: "postgresql" }),
    telemetry: { enabled: false },
    trustedOrigins: [new URL(url).origin],
    emailAndPassword: {
      enabled: true,
      // Members are made by invitations alone.
      disableSignUp: true,
      minPasswordLength: shortestPassword,
      maxPasswordLength: longestPassword,
      revokeSessionsOnPasswordReset: true,
    },
    user: {
      modelName: "member",
      additionalFields: {
        role: { type: "string", required: false, defaultValue: oidc?.role ?? "viewer", input: false },
        disabledAt: { type: "date", required: false, input: false },
      },
    },
    session: {
      modelName: "memberSession",
      expiresIn: sessionDays * daySeconds,
      updateAge: daySeconds,
      // A role that is taken away, and a session that is ended, count at once.
      cookieCache: { enabled: false },
    },
    account: {
      modelName: "memberAccount",
      encryptOAuthTokens: true,
      // To an address that the provider says is verified, and to no other.
      accountLinking: { enabled: true },
    },
    // An address that nobody verified may be anybody's: it makes no member either.
    databaseHooks: { user: { create: { before: async ({ emailVerified }) => (emailVerified ? undefined : false) } } },
    verification: { modelName: "memberVerification" },
    rateLimit: { enabled: true, window: 60, max: 100, customRules: { "/sign-in/email": { window: 60, max: 10 } } },
    advanced: {
      cookiePrefix: "portage",
      useSecureCookies: url.startsWith("https:"),
      ipAddress: { ipAddressHeaders: [addressHeader] },
    },
    plugins:
      oidc === null
        ? []
        : [
            genericOAuth({
              config: [
                {
                  providerId: oidcId,
                  clientId: oidc.clientId,
                  clientSecret: oidc.clientSecret.reveal(),
                  discoveryUrl: `${oidc.issuer.replace(/\/+$/, "")}/.well-known/openid-configuration`,
                  scopes: ["openid", "email", "profile"],
                  pkce: true,
                },
              ],
            }),
          ],
    logger: { disabled: true },
  });

  return {
    /** Answers what comes below {@link accountsPath}. */
    handler: auth.handler,

    /** Who has the session of these cookies; `null` without one, and for a member who was shut out. */
    async holder(headers: Headers): Promise<{ id: string; email: string; role: Role } | null> {
      const session = await auth.api.getSession({ headers });
      if (!session) return null;
      const member = memberSchema.parse(session.user);
      return member.disabledAt ? null : { id: member.id, email: member.email, role: member.role };
    },

    async isTaken(email: string): Promise<boolean> {
      const context = await auth.$context;
      return (await context.internalAdapter.findUserByEmail(email.toLowerCase())) !== null;
    },

    /** Makes a member with a password. Throws where the address is taken. */
    async makeMember({ name, email, password, role }: { name: string; email: string; password: string; role: Role }) {
      const context = await auth.$context;
      const hash = await context.password.hash(password);
      const member = await context.internalAdapter.createUser(
        { name, email: email.toLowerCase(), emailVerified: true, role },
        {
          method: "email",
        },
      );
      try {
        await context.internalAdapter.linkAccount({
          userId: member.id,
          providerId: "credential",
          accountId: member.id,
          password: hash,
        });
      } catch (error) {
        // Without a password nobody could sign in, and the address would be taken.
        await context.internalAdapter.deleteUser(member.id);
        throw error;
      }
      return { id: member.id };
    },
  };
}

export type Accounts = ReturnType<typeof openAccounts>;

const memberSchema = z.object({
  id: z.string(),
  email: z.string(),
  role: roleSchema,
  disabledAt: z.coerce.date().nullish(),
});
