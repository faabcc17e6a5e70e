import { amount } from "../answers/columns";

/** What became of records, and what their texts cost: of a segment, or summed over many. */
export const worked = {
  written: amount,
  unchanged: amount,
  skipped: amount,
  failed: amount,
  drifted: amount,
  texts: amount,
  tokens: amount,
  usd: amount,
};

/** Of these, what was paid for and couldn't be written. */
export const lost = { lostTexts: amount, lostTokens: amount, lostUsd: amount };
