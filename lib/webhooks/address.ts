import { OperatorError } from "@/lib/operator-error";
import { isPrivateAddress, literalAddress } from "./private-address";

const longest = 2000;

function refused(what: string, next: string): OperatorError {
  return new OperatorError({ kind: "usage", code: "invalid-webhook", what, notLost: "Nothing was changed.", next });
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "[::1]" || /^127(\.\d+){3}$/.test(host);
}

export type WebhookRules = {
  mode: "sandbox" | "live";
  /** Addresses of this machine and of local networks are taken, too. */
  webhookPrivate: boolean;
};

/** How far a webhook may lead: a name is checked again once it is resolved. */
export const reachOf = ({ mode, webhookPrivate }: WebhookRules) =>
  mode === "live" && !webhookPrivate ? "public" : "any";

/** Why nothing is sent to this address, with what to do; `null`: it is. In the sandbox no request leaves the machine. */
export function whyNotSent(address: URL, rules: WebhookRules): { what: string; next: string } | null {
  if (rules.mode === "sandbox")
    return isLoopback(address.hostname)
      ? null
      : {
          what: "In the sandbox no request leaves this machine.",
          next: "Give an address of this machine, such as http://127.0.0.1:8080/hook.",
        };
  const literal = literalAddress(address);
  const closed = isLoopback(address.hostname) || (literal !== null && isPrivateAddress(literal));
  if (rules.webhookPrivate || !closed) return null;
  return {
    what: "The webhook's address is of this machine or of a local network.",
    next: "Give one of the open Internet, or set PORTAGE_WEBHOOK_PRIVATE=allow where that is meant.",
  };
}

/**
 * The address of a webhook as it is kept: http or https, without user name and password, which would be shown and logged with it.
 * @throws OperatorError `invalid-webhook`
 */
export function parseWebhook(text: string, rules: WebhookRules): string {
  const address = URL.canParse(text) && text.length <= longest ? new URL(text) : null;
  if (!address || (address.protocol !== "http:" && address.protocol !== "https:"))
    throw refused(
      "The webhook isn't an http:// or https:// address.",
      "Give an address such as https://hooks.example.com/portage.",
    );
  if (address.username !== "" || address.password !== "")
    throw refused(
      "The webhook's address holds a user name or password.",
      "Leave them out: receivers recognise Portage by the signature of its messages.",
    );
  const why = whyNotSent(address, rules);
  if (why !== null) throw refused(why.what, why.next);
  address.hash = "";
  return address.href;
}

/** The address as it may be shown: its host. What stands behind that is often the receiver's key. */
export function shownWebhook(webhook: string): string {
  if (!URL.canParse(webhook)) return "…";
  const { origin, pathname, search } = new URL(webhook);
  return pathname === "/" && search === "" ? origin : `${origin}/…`;
}
