import { z } from "zod";
import { fieldKinds, type Scalar, type Selection } from "../contract";

/** Names that a field may have: plain names, joined by dots below objects. Names with an underscore in front are the server's own. */
const fieldName = z
  .string()
  .regex(/^[A-Za-z@][\w@-]*(\.[A-Za-z@][\w@-]*)*$/, "a field name: letters, digits, _ and -, joined by dots");

const ranges: Record<"integer" | "long", { least: number; most: number }> = {
  integer: { least: -(2 ** 31), most: 2 ** 31 - 1 },
  // What a JavaScript number holds exactly.
  long: { least: Number.MIN_SAFE_INTEGER, most: Number.MAX_SAFE_INTEGER },
};

/** Why a value isn't one of the kind, or `null`. */
function misfit(kind: (typeof fieldKinds)[number], value: Scalar): string | null {
  if (kind === "keyword") return typeof value === "string" && value !== "" ? null : "a text that isn't empty";
  if (kind === "boolean") return typeof value === "boolean" ? null : "true or false";
  if (typeof value !== "number" || !Number.isFinite(value)) return "a number";
  if (kind === "double") return null;
  const { least, most } = ranges[kind];
  return Number.isInteger(value) && value >= least && value <= most ? null : `a whole number from ${least} to ${most}`;
}

/**
 * What an operator wants: one value under one field of many documents. `missing` sets it where there is none; `every` looks at all
 * documents, and changes another value only with `overwrite`.
 */
export const clearanceWishSchema = z
  .object({
    field: fieldName.default("clearance_level"),
    kind: z.enum(fieldKinds).default("integer"),
    value: z.union([z.string(), z.number(), z.boolean()]),
    namespaceField: fieldName.default("namespace"),
    namespaces: z.union([z.literal("all"), z.array(z.string()).min(1)]).default("all"),
    documents: z.enum(["missing", "every"]).default("missing"),
    overwrite: z.boolean().default(false),
  })
  .superRefine(({ kind, value }, context) => {
    const expected = misfit(kind, value);
    if (expected !== null) context.addIssue({ code: "custom", path: ["value"], message: `Expects ${expected}` });
  })
  .refine(({ documents, overwrite }) => documents === "every" || !overwrite, {
    path: ["overwrite"],
    message: "Only where every document is meant can values be overwritten",
  });

export type ClearanceWish = z.infer<typeof clearanceWishSchema>;

export const mayOverwrite = ({ documents, overwrite }: ClearanceWish) => documents === "every" && overwrite;

/**
 * The documents that a wish is about: all in scope, those that have no value, the right one or another, and `work`, those that a run has
 * to look at. What is done falls out of `work`, so asking for it again is how a run goes on where it stopped.
 */
export function selectionsOf(wish: ClearanceWish): Record<"scope" | "missing" | "right" | "other" | "work", Selection> {
  const { field, namespaceField, namespaces, value } = wish;
  const select = (where: Selection["where"]): Selection => ({ field, namespaceField, namespaces, where });
  return {
    scope: select("any"),
    missing: select("missing"),
    right: select({ is: value }),
    other: select({ isNot: value }),
    work: select(mayOverwrite(wish) ? { lacks: value } : "missing"),
  };
}
