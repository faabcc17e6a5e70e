import type { Held, Scalar } from "../contract";

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * What a document holds under a field, which may lie inside objects (`access.level`). A key written with dots, or a parent that is a
 * list, counts as `other`: a partial update would replace the list, or leave the value there twice.
 */
export function heldIn(source: unknown, field: string): Held {
  if (!isObject(source)) return { state: "other", words: "the document isn't an object" };
  const steps = field.split(".");
  let at: unknown = source;
  for (const [depth, step] of steps.entries()) {
    if (!isObject(at)) return { state: "other", words: `${steps.slice(0, depth).join(".")} isn't an object` };
    const rest = steps.slice(depth);
    if (
      rest.length > 1 &&
      Object.keys(at).some((key) => key.includes(".") && `${rest.join(".")}.`.startsWith(`${key}.`))
    ) {
      return { state: "other", words: `${field} is written as one key with dots` };
    }
    at = Object.hasOwn(at, step) ? at[step] : undefined;
    if (at === undefined || at === null) return { state: "absent" };
  }
  return heldValue(at);
}

function heldValue(value: unknown): Held {
  if (Array.isArray(value) && value.every((item) => item === null)) return { state: "absent" };
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean")
    return { state: "value", value };
  return { state: "other", words: Array.isArray(value) ? "it is a list" : "it is an object" };
}

/** The part of a document that holds nothing but the field: `{ access: { level: 1 } }`. */
export function documentWith(field: string, value: Scalar | Record<string, unknown>): Record<string, unknown> {
  const steps = field.split(".");
  let document: Scalar | Record<string, unknown> = value;
  for (const step of steps.toReversed()) document = { [step]: document };
  return isObject(document) ? document : {};
}

/** The key of a document that the field lies under: what must be read of it. */
export function topKey(field: string): string {
  return field.split(".")[0] ?? field;
}
