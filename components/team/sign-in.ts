import { problemOf } from "@/components/data/problem";

/** What the routes of accounts answer when something is wrong: the library's own shape, or ours. */
type Refusal = { message?: string; what?: string };

/** Calls a route of accounts. Answers what it said, or throws an `Error` in words for whoever wants in. */
export async function callAccounts(path: string, body?: object): Promise<Record<string, unknown>> {
  let response: Response;
  try {
    response = await fetch(`/api/auth${path}`, {
      method: body ? "POST" : "GET",
      headers: { accept: "application/json", ...(body ? { "content-type": "application/json" } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
  } catch (error) {
    throw new Error(problemOf(error).what);
  }
  const said: Record<string, unknown> & Refusal = (await response.json().catch(() => null)) ?? {};
  if (response.ok) return said;
  if (response.status === 429) throw new Error("Too many attempts. Wait a minute, then try again.");
  if (response.status === 401) throw new Error("This address and password don't belong together.");
  throw new Error(said.what ?? said.message ?? `Portage answered with status ${response.status}.`);
}

/** Where to go after signing in: a page of this very site, never another's. */
export function pageAfter(search: string): string {
  const next = new URLSearchParams(search).get("next") ?? "/";
  return /^\/(?![/\\])/.test(next) && !next.startsWith("/login") ? next : "/";
}
