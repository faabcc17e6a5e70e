import type { z } from "zod";
import type { routeDefinitionSchema } from "@/lib/shapes/routes/route";
import { list, oneOf, refuse } from "./option-values";

type Given = z.input<typeof routeDefinitionSchema>;
/** Options that say what becomes of a record's ID and fields. */
export type RecordOptions = { ids?: string; rename?: string; drop?: string; set?: string; duplicates?: string };

/** The rules for IDs, fields and duplicates. Throws an `OperatorError` that names the option which doesn't fit. */
export function givenRecordRules(options: RecordOptions): Pick<Given, "ids" | "fields" | "duplicates"> {
  const duplicates = oneOf("--duplicates", options.duplicates, ["keep", "first-of-same-text"] as const);
  const fields = [
    ...pairs("--rename", options.rename).map(([rename, to]) => ({ rename, to })),
    ...list(options.drop ?? "").map((drop) => ({ drop })),
    ...pairs("--set", options.set).map(([set, value]) => ({ set, value: scalarOf(value) })),
  ];
  return {
    ...(options.ids === undefined ? {} : { ids: idsOf(options.ids) }),
    ...(fields.length === 0 ? {} : { fields }),
    ...(duplicates === undefined ? {} : { duplicates }),
  };
}

function idsOf(text: string): Given["ids"] {
  if (text === "keep") return { keep: true };
  if (text === "encode") return { encode: true };
  if (text.startsWith("prefix:") && text.length > "prefix:".length) return { prefix: text.slice("prefix:".length) };
  if (/\{[^{}]+\}/.test(text)) return { template: text };
  throw refuse("--ids", text, "keep, encode, prefix:TEXT or a template such as {namespace}_{source}_{chunk_id}");
}

function pairs(option: string, text: string | undefined): [string, string][] {
  return list(text ?? "").map((pair) => {
    const [, name = "", value = ""] = /^([^=]+)=(.*)$/s.exec(pair) ?? [];
    if (name === "" || (value === "" && option === "--rename")) throw refuse(option, pair, "NAME=VALUE,NAME=VALUE");
    return [name, value];
  });
}

/** A number, true or false where it reads as one; else a text. */
function scalarOf(text: string): string | number | boolean {
  if (text === "true" || text === "false") return text === "true";
  return /^-?\d+(\.\d+)?$/.test(text) && Number.isFinite(Number(text)) ? Number(text) : text;
}
