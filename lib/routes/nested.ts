import type { RouteDefinition } from "@/lib/shapes/route";

export type Flattened = { ok: true; metadata: Record<string, unknown> } | { ok: false; detail: string };

const isFlat = (value: unknown) =>
  ["string", "number", "boolean"].includes(typeof value) ||
  (Array.isArray(value) && value.every((item) => typeof item === "string"));

/**
 * Metadata as a target takes it that knows strings, numbers, booleans and lists of strings only: what else there is becomes JSON text or
 * keys with dots, as the route says, or is a problem. `null` says nothing and is left out.
 */
export function flatMetadata(
  metadata: Readonly<Record<string, unknown>>,
  nested: RouteDefinition["nested"],
): Flattened {
  // Also of a key that JavaScript would take for the prototype.
  const flat = new Map<string, unknown>();
  for (const [key, value] of Object.entries(metadata)) {
    if (value === null && nested !== "problem") continue;
    if (isFlat(value)) flat.set(key, value);
    else if (nested === "problem")
      return {
        ok: false,
        detail: `"${key}" holds ${value === null ? "null" : "something nested"}, which the target can't.`,
      };
    else if (nested === "as-json-text" || Array.isArray(value)) flat.set(key, JSON.stringify(value));
    else for (const [inner, part] of leavesOf(key, value)) flat.set(inner, part);
  }
  return { ok: true, metadata: Object.fromEntries(flat) };
}

function leavesOf(key: string, value: unknown): [string, unknown][] {
  if (value === null) return [];
  if (typeof value !== "object" || Array.isArray(value)) return [[key, isFlat(value) ? value : JSON.stringify(value)]];
  return Object.entries(value).flatMap(([inner, part]) => leavesOf(`${key}.${inner}`, part));
}
