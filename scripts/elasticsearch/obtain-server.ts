import type { Access, NotObtained, Obtained } from "./obtained";
import { startContainer } from "./start-container";
import { type ServerOptions, startLocal } from "./start-local";

/** Names of the variables that point tests at a server; the app itself reads others, so that no test meets a server in use by accident. */
export const serverVariables = {
  url: "ELASTICSEARCH_URL",
  apiKey: "ELASTICSEARCH_URL_API_KEY",
  username: "ELASTICSEARCH_URL_USERNAME",
  password: "ELASTICSEARCH_URL_PASSWORD",
} as const;

/** The server that the environment names, or `null`. User name and password may also stand in the URL. */
export function namedServer(environment: NodeJS.ProcessEnv = process.env): Access | null {
  const named = environment[serverVariables.url];
  if (!named) return null;
  const parsed = new URL(named);
  const apiKey = environment[serverVariables.apiKey];
  const username = environment[serverVariables.username] ?? decodeURIComponent(parsed.username);
  const password = environment[serverVariables.password] ?? decodeURIComponent(parsed.password);
  parsed.username = "";
  parsed.password = "";
  const url = parsed.href.replace(/\/+$/, "");
  return apiKey ? { url, apiKey } : { url, username, password };
}

/** The environment that lets another process find this server again by {@link namedServer}. */
export function variablesFor(access: Access): Record<string, string> {
  if ("apiKey" in access) return { [serverVariables.url]: access.url, [serverVariables.apiKey]: access.apiKey };
  const { url, username, password } = access;
  return { [serverVariables.url]: url, [serverVariables.username]: username, [serverVariables.password]: password };
}

/** A real server to test against: the one that is named, else one in Docker, else one from Maven Central on a JDK that is installed. */
export async function obtainServer(options: ServerOptions): Promise<Obtained | NotObtained> {
  const named = namedServer();
  if (named) return { ok: true, access: named, how: `the server at ${named.url}`, stop: async () => {} };
  const contained = await startContainer(options);
  if (contained.ok) return contained;
  const local = await startLocal(options);
  return local.ok ? local : { ok: false, reason: `${contained.reason}, and ${local.reason}` };
}
