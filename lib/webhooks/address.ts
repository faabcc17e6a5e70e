import { OperatorError } from "@/lib/operator-error";

const longest = 2000;

function refused(what: string, next: string): OperatorError {
  return new OperatorError({ kind: "usage", code: "invalid-webhook", what, notLost: "Nothing was changed.", next });
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "[::1]" || /^127(\.\d+){3}$/.test(host);
}

/** Why nothing is sent to this address in this mode, or `null`. In the sandbox no request leaves the machine. */
export function whyNotSent(address: URL, mode: "sandbox" | "live"): string | null {
  if (mode === "live" || isLoopback(address.hostname)) return null;
  return "In the sandbox no request leaves this machine";
}

/**
 * The address of a webhook as it is kept: http or https, without user name and password, which would be shown and logged with it.
 * @throws OperatorError `invalid-webhook`
 */
export function parseWebhook(text: string, mode: "sandbox" | "live"): string {
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
  const why = whyNotSent(address, mode);
  if (why !== null) throw refused(`${why}.`, "Give an address of this machine, such as http://127.0.0.1:8080/hook.");
  address.hash = "";
  return address.href;
}

/** The address as it may be shown: what stands in its query may be a token. */
export function shownWebhook(webhook: string): string {
  const [path = "", query] = webhook.split("?", 2);
  return query === undefined ? path : `${path}?…`;
}
