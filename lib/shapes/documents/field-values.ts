import type { FieldKind } from "../names";

const ranges: Record<"integer" | "long", { least: number; most: number }> = {
  integer: { least: -(2 ** 31), most: 2 ** 31 - 1 },
  // What a JavaScript number holds exactly.
  long: { least: Number.MIN_SAFE_INTEGER, most: Number.MAX_SAFE_INTEGER },
};

/** Why a value isn't one of the kind, or `null`. */
export function misfit(kind: FieldKind, value: string | number | boolean): string | null {
  if (kind === "keyword") return typeof value === "string" && value !== "" ? null : "a text that isn't empty";
  if (kind === "boolean") return typeof value === "boolean" ? null : "true or false";
  if (typeof value !== "number" || !Number.isFinite(value)) return "a number";
  if (kind === "double") return null;
  const { least, most } = ranges[kind];
  return Number.isInteger(value) && value >= least && value <= most ? null : `a whole number from ${least} to ${most}`;
}

/** Names that a field may have: plain names, joined by dots below objects. Names with an underscore in front are the server's own. */
export const fieldName = {
  most: 500,
  tooLong: "a field name has at most 500 characters",
  pattern: /^[A-Za-z@][\w@-]*(\.[A-Za-z@][\w@-]*)*$/,
  expected: "a field name: letters, digits, _ and -, joined by dots",
};

/** What is wrong with the name of a field, or `null`. */
export function misnamed(field: string): string | null {
  if (field.length > fieldName.most) return fieldName.tooLong;
  return fieldName.pattern.test(field) ? null : fieldName.expected;
}
