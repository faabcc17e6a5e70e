import { Secret } from "../secret";
import type { Key } from "./keys/key";
import { keys } from "./keys/keys";
import { refuseTogether } from "./refusals";
import type { Config } from "./shape";

const loopback = new Set(["127.0.0.1", "::1", "localhost"]);

/** A key's value, as the layers have it. */
type Value = <T>(key: Key<T>) => T;

/** Whether people sign in, by whom and for what; `null`: nobody has to. */
export function loginOf(value: Value): Config["login"] {
  const on = value(keys.PORTAGE_LOGIN) === "on";
  const issuer = value(keys.PORTAGE_OIDC_ISSUER).replace(/\/+$/, "");
  const clientId = value(keys.PORTAGE_OIDC_CLIENT_ID);
  const clientSecret = value(keys.PORTAGE_OIDC_CLIENT_SECRET);
  const fourEyes = value(keys.PORTAGE_FOUR_EYES);
  const trustedProxies = value(keys.PORTAGE_TRUSTED_PROXIES);
  const [name, role] = [value(keys.PORTAGE_OIDC_NAME), value(keys.PORTAGE_OIDC_ROLE)];
  if (!on && fourEyes !== null)
    throw refuseTogether(
      "PORTAGE_FOUR_EYES asks for a second person, and nobody signs in.",
      "Set PORTAGE_LOGIN=on too, or leave PORTAGE_FOUR_EYES out.",
    );
  if (issuer !== "" && (clientId === "" || clientSecret === ""))
    throw refuseTogether(
      "PORTAGE_OIDC_ISSUER is set without a client.",
      "Set PORTAGE_OIDC_CLIENT_ID and PORTAGE_OIDC_CLIENT_SECRET too, or leave all three out.",
    );
  if (!on) return null;
  return {
    oidc: issuer === "" ? null : { issuer, clientId, clientSecret: new Secret(clientSecret), name, role },
    fourEyes,
    trustedProxies,
  };
}

/** Nobody is let in from other machines unless everybody signs in, and cookies and addresses need the name that browsers use. */
export function refuseOpenDoor(door: {
  host: string;
  publicUrl: string | null;
  login: boolean;
  client: boolean;
}): void {
  const { host, publicUrl, login, client } = door;
  const wide = !loopback.has(host);
  if (wide && !login)
    throw refuseTogether(
      `HOST is ${JSON.stringify(host)}: other machines would reach Portage, and nobody signs in.`,
      "Set PORTAGE_LOGIN=on and PORTAGE_URL too, or HOST to a loopback address (127.0.0.1, ::1 or localhost).",
    );
  if (wide && publicUrl === null)
    throw refuseTogether(
      `HOST is ${JSON.stringify(host)}, and the address that browsers use isn't known.`,
      "Set PORTAGE_URL to it, such as https://portage.example.org.",
    );
  // A command with a token asks another machine's server, and lets nobody in.
  if (!client) refuseOpenServer({ publicUrl, login });
}

/** Whoever serves under a public address without a login is refused, whatever token stands beside it. */
export function refuseOpenServer({ publicUrl, login }: { publicUrl: string | null; login: unknown }): void {
  const reached = publicUrl === null ? null : new URL(publicUrl).hostname.replace(/^\[|\]$/g, "");
  if (reached !== null && !loopback.has(reached) && !login)
    throw refuseTogether(
      `PORTAGE_URL is ${JSON.stringify(publicUrl)}: other machines would reach Portage, and nobody signs in.`,
      "Set PORTAGE_LOGIN=on too, or leave PORTAGE_URL out.",
    );
}
