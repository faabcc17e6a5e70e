"use server";

import { planClearance, planClearanceInput } from "@/lib/actions/documents/plan-clearance";
import { answer } from "./answer";

/** Walks over the chosen documents and stores what setting the field would change: reads them, writes nothing. */
export async function planLevels(input: unknown) {
  return answer(planClearanceInput, input, planClearance);
}
