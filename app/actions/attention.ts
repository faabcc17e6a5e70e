"use server";

import {
  acknowledgeAttention,
  acknowledgeAttentionInput,
  acknowledgeCause,
  acknowledgeCauseInput,
} from "@/lib/actions/attention/acknowledge-attention";
import { answer } from "./answer";

/** Takes an item out of the inbox; who did, and when, is kept. */
export async function acknowledge(input: unknown) {
  return answer(acknowledgeAttentionInput, input, acknowledgeAttention);
}

/** The same for everything that is open of one cause. */
export async function acknowledgeAll(input: unknown) {
  return answer(acknowledgeCauseInput, input, acknowledgeCause);
}
