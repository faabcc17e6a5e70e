import { OperatorError } from "@/lib/operator-error";
import type { Verdict } from "@/lib/shapes/run";
import type { ClearanceWork } from "../work";

/** Makes the plan of a clearance, or applies one. */
export async function carryOutClearance(work: Omit<ClearanceWork, "documents">): Promise<Verdict | null> {
  throw new OperatorError({
    kind: "failed",
    code: "not-supported",
    what: `This version can't work on ${work.held.runId}.`,
    notLost: "Nothing was read or written.",
    next: "Use a newer version of Portage.",
  });
}
