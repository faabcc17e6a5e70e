import { describe, it } from "vitest";
import { Secret } from "@/lib/secret";
import { namedServer, serverVariables } from "@/scripts/elasticsearch/obtain-server";
import { describeDocumentContract } from "../contract.suite";
import { asking } from "./asking.suite";
import { openElasticsearch } from "./index";

const access = namedServer();

if (access === null) {
  describe.skip(`Elasticsearch over its client, against a real server (${serverVariables.url} names none)`, () => {
    it("is skipped: npx tsx scripts/elasticsearch/with-server.ts -- npx vitest run lib/documents");
  });
} else {
  describeDocumentContract("Elasticsearch over its client, against a real server,", async () => {
    const secret = (text: string | undefined) => (text === undefined || text === "" ? null : new Secret(text));
    const documents = openElasticsearch({
      endpoint: access.url,
      apiKey: "apiKey" in access ? secret(access.apiKey) : null,
      username: "username" in access ? access.username || null : null,
      password: "password" in access ? secret(access.password) : null,
      authority: null,
    });
    return { documents, ask: asking(access), close: () => documents.close() };
  });
}
