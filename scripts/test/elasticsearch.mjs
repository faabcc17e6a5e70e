import { tsImport } from "tsx/esm/api";

/** @typedef {{ environment: Record<string, string>, reason: string | null, stop: () => Promise<void> }} TestServer */

const say = (/** @type {string} */ line) => process.stderr.write(`Portage: ${line}\n`);

/**
 * A real Elasticsearch for the suites that need one: the one that ELASTICSEARCH_URL names, else one in Docker, else one from Maven
 * Central. Where none can be had, `reason` says why, and those suites skip themselves.
 * @returns {Promise<TestServer>}
 */
async function obtain() {
  /** @type {typeof import("../elasticsearch/obtain-server.ts")} */
  const { obtainServer, serverVariables, variablesFor } = await tsImport(
    "../elasticsearch/obtain-server.ts",
    import.meta.url,
  );
  const obtained = await obtainServer({ log: say });
  if (!obtained.ok) {
    say(`skipping what needs a real Elasticsearch: ${obtained.reason}. ${serverVariables.url} may name one.`);
    return { environment: {}, reason: obtained.reason, stop: async () => {} };
  }
  say(`testing against ${obtained.how}`);
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"])
    process.once(signal, () => void obtained.stop().finally(() => process.exit(130)));
  return { environment: variablesFor(obtained.access), reason: null, stop: obtained.stop };
}

/** @type {Promise<TestServer> | null} */
let server = null;

/** The server that all suites share; it is started when the first one asks. */
export function elasticsearch() {
  server ??= obtain();
  return server;
}

/** Stops the server, if one was started. */
export async function stopElasticsearch() {
  await (await server)?.stop();
}
