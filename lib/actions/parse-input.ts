import { z } from "zod";
import { OperatorError } from "@/lib/operator-error";

/** Parses what came over a border. Throws an `OperatorError` (`invalid-input`) that names the first field that doesn't fit. */
export function parseInput<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const field = issue?.path.join(".") ?? "";
  throw new OperatorError({
    kind: "usage",
    code: "invalid-input",
    what: field === "" ? `The request isn't valid: ${issue?.message}.` : `${field} isn't valid: ${issue?.message}.`,
    notLost: "Nothing was started and nothing was spent.",
    next: "Correct it and try again.",
    cause: parsed.error,
  });
}

/** A namespace as operators write it: the default namespace is `""` or `__default__`. ASCII, at most 512 characters (Pinecone's identifier limits). */
export const namespaceInput = z
  .string()
  .max(512, "a namespace has at most 512 characters")
  .regex(/^[^\0]*$/, "a namespace holds no NUL character")
  .transform((name) => (name === "__default__" ? "" : name));

/** ID of a run or a plan. */
export const idInput = z.string().min(1).max(100);

/** Rows in one page. */
export const limitInput = z.int().min(1).max(500).default(100);
