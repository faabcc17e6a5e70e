import type { Secret } from "@/lib/secret";
import { refusal } from "./failures";

/** Where a server is, without who asks. */
export type Whereabouts = { host: string; port: number; database: string };
export type Address = Whereabouts & { url: string; redact(text: string): string };

/**
 * Reads `postgresql://user:password@host:port/database?sslmode=...`.
 * @throws ServiceFailure `invalid` for anything else, without quoting it
 */
export function readAddress(operation: string, address: Secret): Address {
  const url = address.reveal().trim();
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (!parsed || !/^postgres(ql)?:$/.test(parsed.protocol) || parsed.hostname === "") {
    throw refusal(
      "invalid",
      operation,
      "The connection's address isn't one of PostgreSQL",
      "Write it as postgresql://user:password@host:5432/database.",
    );
  }
  const { hostname, port, pathname, username, password } = parsed;
  const secrets = [url, password, decoded(password)].filter((text) => text !== "");
  return {
    url,
    host: hostname,
    port: port === "" ? 5432 : Number(port),
    database: decoded(pathname.slice(1)) || decoded(username),
    redact: (text) => secrets.reduce((left, secret) => left.replaceAll(secret, "[secret]"), text),
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
