import type { IncomingHttpHeaders } from "node:http";

/** Why a request isn't answered; safe to show. */
export type GuardRefusal = { code: "foreign-host" | "foreign-origin" | "foreign-site"; what: string };

const LOOPBACK_NAMES = ["127.0.0.1", "localhost", "[::1]"];
const HTTP_PORT = 80;

/**
 * Judges whether a request comes from this machine's own pages or tools. The web app has no login, so its only wall is that it is
 * reached on loopback alone. A web page elsewhere can still make the browser call loopback: by a name of its own that it lets
 * point there (DNS rebinding: a foreign `Host`), or by posting a form or a script's request (a foreign `Origin`).
 * @returns `null` when the request is let in.
 */
export function judgeRequest(
  request: { method?: string; headers: IncomingHttpHeaders },
  port: number,
): GuardRefusal | null {
  const { host, origin } = request.headers;
  const hosts = LOOPBACK_NAMES.flatMap((name) => (port === HTTP_PORT ? [name, `${name}:80`] : [`${name}:${port}`]));
  if (host === undefined || !hosts.includes(host.toLowerCase())) {
    return { code: "foreign-host", what: `Portage answers at ${hosts[0]} only, not at another name or port.` };
  }
  if (origin !== undefined && !hosts.map((name) => `http://${name}`).includes(origin.toLowerCase())) {
    return { code: "foreign-origin", what: "This request comes from a page that isn't Portage's." };
  }
  // Browsers send no Origin with images, scripts and links; they do say whose page asks.
  const site = request.headers["sec-fetch-site"];
  const fromElsewhere = site !== undefined && site !== "same-origin" && site !== "none";
  if (fromElsewhere && !isNavigation(request)) {
    return { code: "foreign-site", what: "This request comes from a page that isn't Portage's." };
  }
  return null;
}

/** Following a link to a page is harmless: it reads, and the other page sees nothing of the answer. */
function isNavigation({ method, headers }: { method?: string; headers: IncomingHttpHeaders }): boolean {
  return method === "GET" && headers["sec-fetch-mode"] === "navigate" && headers["sec-fetch-dest"] === "document";
}
