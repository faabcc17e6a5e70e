import { z } from "zod";
import { OperatorError } from "@/lib/operator-error";

/** Where a page ended, as an opaque text: the next one starts after these values. */
export function toCursor(position: readonly unknown[]): string {
  return Buffer.from(JSON.stringify(position)).toString("base64url");
}

/** Reads what {@link toCursor} wrote. Throws an `OperatorError` for anything else. */
export function fromCursor<T>(schema: z.ZodType<T>, cursor: string): T {
  const text = Buffer.from(cursor, "base64url").toString("utf8");
  const parsed = z
    .string()
    .transform((value, check) => {
      try {
        return JSON.parse(value);
      } catch {
        check.addIssue("not a cursor");
        return z.NEVER;
      }
    })
    .pipe(schema)
    .safeParse(text);
  if (parsed.success) return parsed.data;
  throw new OperatorError({
    kind: "usage",
    code: "invalid-cursor",
    what: "The cursor isn't one that Portage gave out for this list.",
    notLost: "Nothing was changed.",
    next: "Start again from the first page, without a cursor.",
  });
}
