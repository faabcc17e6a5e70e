import { z } from "zod";
import { OperatorError } from "@/lib/operator-error";
import { noNamespace } from "@/lib/shapes/documents/clearance";

/**
 * Parses what came over a border. Throws an `OperatorError` (`invalid-input`) that names the first field that doesn't fit. No field of any
 * verb takes a NUL character: no database stores one, and no name or text that is searched for can hold it.
 */
export function parseInput<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw invalid(issue?.path ?? [], issue?.message ?? "it has another shape", parsed.error);
  }
  const holder = findNul(parsed.data);
  if (holder) throw invalid(holder, "it holds a NUL character");
  return parsed.data;
}

function invalid(path: readonly PropertyKey[], why: string, cause?: unknown): OperatorError {
  const field = path.map(String).join(".");
  return new OperatorError({
    kind: "usage",
    code: "invalid-input",
    what: field === "" ? `The request isn't valid: ${why}.` : `${field} isn't valid: ${why}.`,
    notLost: "Nothing was started and nothing was spent.",
    next: "Correct it and try again.",
    cause,
  });
}

/** Where a value holds a NUL character, or `null`. */
function findNul(value: unknown): PropertyKey[] | null {
  if (typeof value === "string") return value.includes("\0") ? [] : null;
  if (typeof value !== "object" || value === null) return null;
  for (const [key, item] of Object.entries(value)) {
    const found = findNul(item);
    if (found) return [key, ...found];
  }
  return null;
}

/** A namespace as operators write it: the default namespace is `""` or `__default__`. ASCII, at most 512 characters (Pinecone's identifier limits). */
export const namespaceInput = z
  .string()
  .max(512, "a namespace has at most 512 characters")
  .regex(/^[^\0]*$/, "a namespace holds no NUL character")
  .transform((name) => (name === "__default__" ? "" : name));

/** The same of documents: `__none__`, `null` inside, are those that have no namespace at all. */
export const documentNamespaceInput = namespaceInput.transform((name) => (name === noNamespace ? null : name));

/** ID of a run or a plan. */
export const idInput = z.string().min(1, "an ID isn't empty").max(100, "an ID has at most 100 characters");

/** The database's integers have 32 bits: a number of rows, of a place among them or of a revision is none beyond it. */
export const largestInteger = 2_147_483_647;

/** Rows to leave out before the first of a page. */
export const offsetInput = z.int().min(0).max(largestInteger).default(0);

/** Rows in one page. */
export const limitInput = z.int().min(1).max(500).default(100);
