import { describeDocumentContract } from "../contract.suite";
import { standInSubject } from "../suite/subjects.suite";

describeDocumentContract("Elasticsearch over its client, against the stand-in,", () =>
  standInSubject({ consistencyMs: 60_000 }),
);
