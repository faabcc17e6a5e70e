import { onRealServer } from "@/lib/documents/elasticsearch/real-server.suite";
import { subjectAt } from "@/lib/documents/suite/subjects.suite";
import { describeClearancePlan } from "./plan-clearance.suite";

onRealServer("A clearance's plan, against a real server,", (name, access) =>
  describeClearancePlan(name, async () => subjectAt(access)),
);
