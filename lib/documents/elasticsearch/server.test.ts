import { describe, it } from "vitest";
import { namedServer, serverVariables } from "@/scripts/elasticsearch/obtain-server";
import { describeDocumentContract } from "../contract.suite";
import { subjectAt } from "../suite/subjects.suite";

const access = namedServer();

if (access === null) {
  describe.skip(`Elasticsearch over its client, against a real server (${serverVariables.url} names none)`, () => {
    it("is skipped: npx tsx scripts/elasticsearch/with-server.ts -- npx vitest run lib/documents");
  });
} else {
  describeDocumentContract("Elasticsearch over its client, against a real server,", async () => subjectAt(access));
}
