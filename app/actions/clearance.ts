"use server";

import { verbs } from "@/lib/actions/verbs/registry";
import { answer } from "./answer";

/** Scans the chosen documents and stores what setting the field would change: reads them, writes nothing. */
export async function planLevels(input: unknown) {
  return answer(verbs.planClearance, input);
}
