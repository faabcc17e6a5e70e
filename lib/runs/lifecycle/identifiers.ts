import { randomInt } from "node:crypto";

const letters = "abcdefghjkmnpqrstvwxyz23456789";

/** `run-mhx3k2f9-4d2a`: sorts by time, can be read aloud, is safe in addresses and file names. */
export function newIdentifier(
  kind: "run" | "plan" | "schedule" | "delivery" | "attention" | "gate" | "switch" | "canary",
): string {
  const tail = Array.from({ length: 5 }, () => letters[randomInt(letters.length)]).join("");
  return `${kind}-${Date.now().toString(36)}-${tail}`;
}
