import { describe, it } from "vitest";
import { subjectAt } from "@/lib/documents/suite/subjects.suite";
import { namedServer, serverVariables } from "@/scripts/elasticsearch/obtain-server";
import { describeClearancePlan } from "./plan-clearance.suite";

const access = namedServer();

if (access === null) {
  describe.skip(`A clearance's plan, against a real server (${serverVariables.url} names none)`, () => {
    it("is skipped: npx tsx scripts/elasticsearch/with-server.ts -- npx vitest run lib/actions/plan-clearance");
  });
} else {
  describeClearancePlan("A clearance's plan, against a real server,", async () => subjectAt(access));
}
