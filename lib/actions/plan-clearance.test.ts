import { openElasticsearch } from "@/lib/documents/elasticsearch";
import { asking } from "@/lib/documents/elasticsearch/asking.suite";
import { startSandbox } from "@/lib/sandbox/start";
import { Secret } from "@/lib/secret";
import { describeClearancePlan } from "./plan-clearance.suite";

describeClearancePlan("A clearance's plan, against the stand-in,", async () => {
  const sandbox = await startSandbox({ dataDir: null, seed: false, consistencyMs: 0 });
  const { ELASTICSEARCH_ENDPOINT: endpoint = "", ELASTICSEARCH_API_KEY: key = "" } = sandbox.environment;
  const documents = openElasticsearch({
    ...{ endpoint, apiKey: new Secret(key), username: null, password: null, authority: null },
  });
  const close = async () => {
    await documents.close();
    await sandbox.close();
  };
  return { subject: { documents, ask: asking({ url: endpoint, apiKey: key }), close } };
});
