import { describeDocumentContract } from "../contract.suite";
import { subjectAt } from "../suite/subjects.suite";
import { onRealServer } from "./real-server.suite";

onRealServer("Elasticsearch over its client, against a real server,", (name, access) =>
  describeDocumentContract(name, async () => subjectAt(access)),
);
