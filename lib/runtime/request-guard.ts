import type { IncomingHttpHeaders } from "node:http";
import { accountsPath } from "@/lib/auth/paths";

/** Why a request isn't answered; safe to show. */
export type GuardRefusal = {
  status: 400 | 403 | 404 | 405;
  code: "foreign-host" | "foreign-origin" | "foreign-site" | "unknown-method" | "malformed-address" | "no-such-page";
  what: string;
  next: string;
};

const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
const openAsPrinted = "Open Portage at the address that it printed when it started.";
const foreign = (code: GuardRefusal["code"], what: string): GuardRefusal => ({
  status: 403,
  code,
  what,
  next: openAsPrinted,
});

const LOOPBACK_NAMES = ["127.0.0.1", "localhost", "[::1]"];
const HTTP_PORT = 80;
/** Asked by an address of their own, by whoever looks after a machine; they tell nothing. */
const PROBES = /^\/api\/health\/(live|ready)$/;

/**
 * Checks whether a request comes from this machine's own pages or tools. Without a login its only wall is that it is
 * reached on loopback alone; with one, a name is reached by `publicUrl` too. A web page elsewhere can still make the browser call loopback: by a name of its own that it lets
 * point there (DNS rebinding: a foreign `Host`), or by posting a form or a script's request (a foreign `Origin`).
 * What no page and no tool sends is refused as well, in words: what stands behind would take it for an error of its own.
 * @returns `null` when the request is let in.
 */
export function checkRequest(
  request: { method?: string; url?: string; headers: IncomingHttpHeaders },
  port: number,
  publicUrl: string | null = null,
): GuardRefusal | null {
  const { host, origin } = request.headers;
  const own = LOOPBACK_NAMES.flatMap((name) => (port === HTTP_PORT ? [name, `${name}:80`] : [`${name}:${port}`]));
  const hosts = publicUrl === null ? own : [new URL(publicUrl).host, ...own];
  const origins = [...own.map((name) => `http://${name}`), ...(publicUrl === null ? [] : [new URL(publicUrl).origin])];
  if (request.method === "GET" && origin === undefined && PROBES.test(request.url ?? "")) return null;
  if (host === undefined || !hosts.includes(host.toLowerCase())) {
    return foreign("foreign-host", `Portage answers at ${hosts[0]} only, not at another name or port.`);
  }
  if (origin !== undefined && !origins.includes(origin.toLowerCase())) {
    return foreign("foreign-origin", "This request comes from a page that isn't Portage's.");
  }
  // Browsers send no Origin with images, scripts and links; they do say whose page asks.
  const site = request.headers["sec-fetch-site"];
  const fromElsewhere = site !== undefined && site !== "same-origin" && site !== "none";
  if (fromElsewhere && !isNavigation(request)) {
    return foreign("foreign-site", "This request comes from a page that isn't Portage's.");
  }
  return checkForm(request);
}

function checkForm({ method = "GET", url = "/" }: { method?: string; url?: string }): GuardRefusal | null {
  if (!METHODS.includes(method)) {
    const what = `Portage doesn't know the method ${JSON.stringify(method)}.`;
    return { status: 405, code: "unknown-method", what, next: `Use one of ${METHODS.join(", ")}.` };
  }
  if (!url.startsWith("/") || !decodes(url.split("?")[0] ?? "")) {
    const what = "The request's address can't be read.";
    const next = "Send a path that begins with a slash, odd characters in it as %XX of their UTF-8 bytes.";
    return { status: 400, code: "malformed-address", what, next };
  }
  if (/%00/.test(url.split("?")[0] ?? "")) {
    const what = "There is nothing at this address: no name holds a NUL character.";
    return { status: 404, code: "no-such-page", what, next: "Open it from one of Portage's own pages." };
  }
  return null;
}

function decodes(path: string): boolean {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}

/** Where a provider of single sign-on sends browsers back to: what they bring is worth nothing without the cookie that they left with. */
const SIGN_ON_RETURN = `${accountsPath}/callback/oidc`;

/**
 * Following a link to a page is harmless: it reads, and the other page sees nothing of the answer. The API is nobody's page, but for the one
 * address that another site has to lead to.
 */
function isNavigation(request: { method?: string; url?: string; headers: IncomingHttpHeaders }): boolean {
  const { method, url = "/", headers } = request;
  const toPage = headers["sec-fetch-mode"] === "navigate" && headers["sec-fetch-dest"] === "document";
  return method === "GET" && toPage && (!/^\/+api\b/i.test(url) || url.split("?")[0] === SIGN_ON_RETURN);
}
