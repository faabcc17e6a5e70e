import { afterAll, beforeAll, describe } from "vitest";
import { describeCounting } from "./suite/counting.suite";
import { describeIndexing } from "./suite/indexing.suite";
import { describeInspecting } from "./suite/inspecting.suite";
import { describeMapping } from "./suite/mapping.suite";
import { describeScanning } from "./suite/scanning.suite";
import { describeUpdating } from "./suite/updating.suite";
import { type Subject, Workbench } from "./suite/workbench.suite";

/** The promises of `DocumentIndex`, against any server that speaks its protocol. Indexes have names of their own and are removed. */
export function describeDocumentContract(name: string, start: () => Promise<Subject>): void {
  describe(`${name} keeps the contract of a document index`, () => {
    const bench = new Workbench(start);
    beforeAll(() => bench.open());
    afterAll(() => bench.close());
    describeInspecting(bench);
    describeMapping(bench);
    describeCounting(bench);
    describeScanning(bench);
    describeUpdating(bench);
    describeIndexing(bench);
  });
}
