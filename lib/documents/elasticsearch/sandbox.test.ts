import { startSandbox } from "@/lib/sandbox/start";
import { Secret } from "@/lib/secret";
import { describeDocumentContract } from "../contract.suite";
import { asking } from "./asking.suite";
import { openElasticsearch } from "./index";

describeDocumentContract("Elasticsearch over its client, against the stand-in,", async () => {
  const sandbox = await startSandbox({ dataDir: null, seed: false, consistencyMs: 60_000 });
  const { ELASTICSEARCH_ENDPOINT: endpoint = "", ELASTICSEARCH_API_KEY: key = "" } = sandbox.environment;
  const documents = openElasticsearch({
    endpoint,
    apiKey: new Secret(key),
    username: null,
    password: null,
    authority: null,
  });
  return {
    documents,
    ask: asking({ url: endpoint, apiKey: key }),
    close: async () => {
      await documents.close();
      await sandbox.close();
    },
  };
});
