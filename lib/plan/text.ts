import type { Reason } from "@/lib/shapes/reason";
import type { Metadata } from "@/lib/stores/contract";

export type Text =
  | { usable: true; text: string }
  | { usable: false; reason: Extract<Reason, "no-text" | "empty-text" | "text-not-a-string">; detail: string };

/** The text to embed, or why there is none. White space alone is empty: it has no meaning to embed. */
export function textOf(metadata: Metadata, key: string): Text {
  const value = Object.hasOwn(metadata, key) ? metadata[key] : undefined;
  if (value === undefined) return { usable: false, reason: "no-text", detail: `The metadata has no "${key}".` };
  if (typeof value !== "string") {
    const kind = Array.isArray(value) ? "a list" : `a ${typeof value}`;
    return { usable: false, reason: "text-not-a-string", detail: `"${key}" is ${kind}, not a string.` };
  }
  if (value.trim() === "") return { usable: false, reason: "empty-text", detail: `"${key}" is empty.` };
  return { usable: true, text: value };
}
