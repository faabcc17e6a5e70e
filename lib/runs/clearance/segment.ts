import { OperatorError } from "@/lib/operator-error";
import type { Verdict } from "@/lib/shapes/runs/run";
import type { ClearanceWork } from "../compare/work";
import { applyClearance } from "./apply";
import { planClearance } from "./plan";

/** Makes the plan of a clearance, or applies one. */
export async function workOnClearance(work: Omit<ClearanceWork, "documents">): Promise<Verdict | null> {
  const { documents } = work.parts;
  if (documents === null) throw notConfigured();
  if (work.held.kind !== "plan") return applyClearance({ ...work, documents });
  await planClearance({ ...work, documents });
  return null;
}

function notConfigured(): OperatorError {
  return new OperatorError({
    kind: "usage",
    code: "documents-not-configured",
    what: "No Elasticsearch is configured any more: ELASTICSEARCH_ENDPOINT is empty.",
    notLost: "What was written stays; the documents that are left were not touched.",
    next: "Set ELASTICSEARCH_ENDPOINT and start Portage again, then resume the run.",
  });
}
