import { compile } from "proxy-addr";
import { z } from "zod";
import { roleSchema } from "../../shapes/team/role";
import { keysOf, text, url } from "./key";

const key = keysOf("Portage");
const site = url.refine((value) => value === "" || new URL(value).pathname === "/");

function isTrustable(addresses: string[]): boolean {
  try {
    compile(addresses);
    return true;
  } catch {
    return false;
  }
}

/** Who may use Portage, where it is reached from other machines. */
export const teamKeys = {
  PORTAGE_LOGIN: key(
    "PORTAGE_LOGIN",
    z.enum(["on", ""]),
    "",
    "on, or empty",
    "on: everybody signs in, and has a role. Empty: nobody does, and Portage answers on this machine only.",
  ),
  PORTAGE_URL: key(
    "PORTAGE_URL",
    site,
    "",
    "an address without a path, such as https://portage.example.org",
    "Address by which browsers reach Portage, where that isn't HOST and PORT. With PORTAGE_TOKEN: the server that the command line asks.",
  ),
  PORTAGE_TOKEN: key(
    "PORTAGE_TOKEN",
    text.refine((value) => value === "" || /^portage_[\w-]{43}$/.test(value)),
    "",
    "a token that Portage made, portage_...",
    "Token by which the command line speaks to a server on which everybody signs in.",
    true,
  ),
  PORTAGE_OIDC_ISSUER: key(
    "PORTAGE_OIDC_ISSUER",
    url,
    "",
    "the issuer's address",
    "Single sign-on by OpenID Connect: the provider's issuer. Its redirect address is PORTAGE_URL/api/auth/callback/oidc.",
  ),
  PORTAGE_OIDC_CLIENT_ID: key(
    "PORTAGE_OIDC_CLIENT_ID",
    text,
    "",
    "the client's ID",
    "Client of the OpenID Connect provider.",
  ),
  PORTAGE_OIDC_CLIENT_SECRET: key(
    "PORTAGE_OIDC_CLIENT_SECRET",
    text,
    "",
    "the client's secret",
    "Secret of that client.",
    true,
  ),
  PORTAGE_OIDC_NAME: key(
    "PORTAGE_OIDC_NAME",
    text.max(60),
    "single sign-on",
    "a short name",
    "What the button on the login page calls the provider.",
  ),
  PORTAGE_OIDC_ROLE: key(
    "PORTAGE_OIDC_ROLE",
    roleSchema,
    "viewer",
    "viewer, operator, approver or admin",
    "Role of whoever signs in by the provider for the first time; admins change it under Members.",
  ),
  PORTAGE_TRUSTED_PROXIES: key(
    "PORTAGE_TRUSTED_PROXIES",
    z
      .string()
      .transform((value) => value.split(",").map((one) => one.trim()))
      .transform((values) => values.filter((one) => one !== ""))
      .refine(isTrustable),
    "",
    "addresses, subnets such as 10.0.0.0/8, loopback, linklocal or uniquelocal, with commas between",
    "Reverse proxies before Portage whose X-Forwarded-For is believed: the audit trail and the limit of sign-ins then go by the client's address instead of the proxy's.",
  ),
  PORTAGE_FOUR_EYES: key(
    "PORTAGE_FOUR_EYES",
    z
      .string()
      .regex(/^\d{0,9}$/)
      .transform((value) => (value === "" ? null : Number(value))),
    "",
    "a number of changes, or empty",
    "Creates and updates above which whoever made a plan can't approve it: somebody else must. Empty: off. 0: always.",
  ),
} as const;
