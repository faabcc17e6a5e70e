import { z } from "zod";

const bytes = z.number().int().nonnegative();
const bare = z.object({ usage: z.object({ egress_bytes: bytes }) });
const cased = z.object({ usage: z.object({ egressBytes: bytes }) });

/** What an answer says itself that it is billed as, or `null`. Calls on vectors name the fields of `usage` in another case than those on documents. */
export function egressOf(json: unknown): number | null {
  const told = bare.safeParse(json);
  if (told.success) return told.data.usage.egress_bytes;
  const other = cased.safeParse(json);
  return other.success ? other.data.usage.egressBytes : null;
}

/** Bytes of an answer's body as they were sent: what was unpacked is longer. */
export function egressOnTheWire(headers: Headers, read: number): number {
  const packed = headers.get("content-encoding");
  const length = headers.get("content-length");
  return packed !== null && packed !== "identity" && length !== null && /^\d+$/.test(length) ? Number(length) : read;
}
