import { onRealServer } from "@/lib/documents/elasticsearch/real-server.suite";
import { describeApplying } from "./apply-clearance.suite";

onRealServer("A clearance, against a real server,", (name, access) =>
  describeApplying(name, async () => ({ access, close: async () => {} })),
);
