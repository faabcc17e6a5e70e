import { Secret } from "@/lib/secret";
import { SandboxControl } from "@/sandbox/control";
import { startSandbox } from "@/sandbox/start";
import type { Access } from "@/scripts/elasticsearch/obtained";
import { authorization } from "@/scripts/elasticsearch/wait-for-health";
import { openElasticsearch } from "../elasticsearch";
import { asking } from "../elasticsearch/asking.suite";
import type { Subject } from "./workbench.suite";

const secret = (text: string | undefined) => (text === undefined || text === "" ? null : new Secret(text));

/** The connector over the stand-in, which holds nothing. */
export async function standInSubject(
  options: { consistencyMs?: number } = {},
): Promise<Subject & { access: Access; control: SandboxControl }> {
  const sandbox = await startSandbox({ dataDir: null, seed: false, consistencyMs: 0, ...options });
  const { ELASTICSEARCH_ENDPOINT: endpoint = "", ELASTICSEARCH_API_KEY: apiKey = "" } = sandbox.environment;
  const access = { url: endpoint, apiKey };
  const subject = subjectAt(access);
  return {
    ...subject,
    access,
    control: new SandboxControl(sandbox.elasticsearch.url),
    close: async () => {
      await subject.close();
      await sandbox.close();
    },
  };
}

/** The connector over a real server. */
export function subjectAt(access: Access): Subject {
  const documents = openElasticsearch({
    endpoint: access.url,
    apiKey: "apiKey" in access ? secret(access.apiKey) : null,
    username: "username" in access ? access.username || null : null,
    password: "password" in access ? secret(access.password) : null,
    authority: null,
  });
  return { documents, ask: asking(access), close: () => documents.close() };
}

const putAtOnce = 2000;

/** Writes many documents behind the connector's back, visible at once. */
export async function putMany(access: Access, index: string, sources: ReadonlyMap<string, object>): Promise<void> {
  const lines = [...sources].map(
    ([id, source]) => `${JSON.stringify({ index: { _id: id } })}\n${JSON.stringify(source)}\n`,
  );
  const headers = { authorization: authorization(access), "content-type": "application/x-ndjson" };
  for (let at = 0; at < lines.length; at += putAtOnce) {
    const body = lines.slice(at, at + putAtOnce).join("");
    const answer = await fetch(`${access.url}/${index}/_bulk?refresh=true`, { method: "POST", headers, body });
    const text = await answer.text();
    if (!answer.ok || text.includes('"errors":true'))
      throw new Error(`The documents could not be written: ${text.slice(0, 500)}`);
  }
}
