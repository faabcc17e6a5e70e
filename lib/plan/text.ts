import type { TextRule } from "@/lib/shapes/routes/route";
import type { Reason } from "@/lib/shapes/runs/reason";
import type { Metadata, MetadataValue } from "@/lib/stores/contract";
import { ownValue } from "./differences";

export type Text =
  | { usable: true; text: string }
  | { usable: false; reason: Extract<Reason, "no-text" | "empty-text" | "text-not-a-string">; detail: string };

/** Where the text is: under one key, or as a rule says that is more than a key. */
export type TextRules = { textKey: string; text?: TextRule | undefined };

/** The text to embed, or why there is none. White space alone is empty: it has no meaning to embed. */
export function textOf(metadata: Metadata, { textKey, text }: TextRules): Text {
  if (text === undefined) return under(metadata, textKey);
  if ("template" in text) return filled(metadata, text.template);
  const [first = textKey] = text.keys;
  const found = text.keys.map((key) => under(metadata, key)).find((one) => one.usable);
  return found ?? under(metadata, first);
}

/** The rule in words: `"text"`, `the first of "text", "body"`, or the template. */
export function textRuleWords({ textKey, text }: TextRules): string {
  if (text === undefined) return JSON.stringify(textKey);
  if ("template" in text) return JSON.stringify(text.template);
  const keys = text.keys.map((key) => JSON.stringify(key)).join(", ");
  return text.keys.length === 1 ? keys : `the first of ${keys}`;
}

function under(metadata: Metadata, key: string): Text {
  const value = ownValue(metadata, key);
  if (value === undefined || value === null)
    return { usable: false, reason: "no-text", detail: `The metadata has no "${key}".` };
  if (typeof value !== "string") {
    const kind = Array.isArray(value) ? "a list" : typeof value === "object" ? "an object" : `a ${typeof value}`;
    return { usable: false, reason: "text-not-a-string", detail: `"${key}" is ${kind}, not a string.` };
  }
  if (value.trim() === "") return { usable: false, reason: "empty-text", detail: `"${key}" is empty.` };
  return { usable: true, text: value };
}

const slot = /\{([^{}]+)\}/g;

/** `{title}\n{text}` with the values of the keys; what a record lacks is left out, and one that has none of them has no text. */
function filled(metadata: Metadata, template: string): Text {
  let any = false;
  const text = template.replace(slot, (_, key: string) => {
    const words = wordsOf(ownValue(metadata, key));
    any ||= words.trim() !== "";
    return words;
  });
  if (any) return { usable: true, text: text.trim() };
  const keys = [...template.matchAll(slot)].map(([, key]) => JSON.stringify(key)).join(", ");
  return { usable: false, reason: "no-text", detail: `The metadata has none of ${keys}.` };
}

function wordsOf(value: MetadataValue | undefined): string {
  if (value === undefined || value === null) return "";
  if (Array.isArray(value))
    return value
      .map(wordsOf)
      .filter((words) => words !== "")
      .join(", ");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
