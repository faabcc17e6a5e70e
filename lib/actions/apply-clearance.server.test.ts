import { describe, it } from "vitest";
import { namedServer, serverVariables } from "@/scripts/elasticsearch/obtain-server";
import { describeApplying } from "./apply-clearance.suite";

const access = namedServer();

if (access === null) {
  describe.skip(`A clearance, against a real server (${serverVariables.url} names none)`, () => {
    it("is skipped: npx tsx scripts/elasticsearch/with-server.ts -- npx vitest run lib/actions");
  });
} else {
  describeApplying("A clearance, against a real server,", async () => ({ access, close: async () => {} }));
}
