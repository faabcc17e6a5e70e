import type { FieldKind } from "../contract";
import type { DynamicTemplate, Property, RootMapping } from "./mapping-wire";
import { simplePattern } from "./source-filter";

/** What a value of JSON is to the server before any mapping knows it. */
const jsonTypes: Record<FieldKind, string> = {
  integer: "long",
  long: "long",
  double: "double",
  keyword: "string",
  boolean: "boolean",
};

function matcher({ match_pattern }: DynamicTemplate): (pattern: string, name: string) => boolean {
  return (pattern, name) => {
    if (match_pattern !== "regex") return simplePattern(pattern).test(name);
    try {
      return new RegExp(`^(?:${pattern})$`).test(name);
    } catch {
      // Written in another dialect of regular expressions: taken as one that may match.
      return true;
    }
  };
}

function applies(template: DynamicTemplate, field: string, type: string): boolean {
  const name = field.split(".").at(-1) ?? field;
  const matches = matcher(template);
  const any = (patterns: readonly string[] | undefined, value: string) =>
    patterns?.some((pattern) => matches(pattern, value));
  const paths = (patterns: readonly string[] | undefined) =>
    patterns?.some((pattern) => simplePattern(pattern).test(field));
  const types = template.match_mapping_type;
  return (
    any(template.match, name) !== false &&
    any(template.unmatch, name) !== true &&
    paths(template.path_match) !== false &&
    paths(template.path_unmatch) !== true &&
    (types === undefined || types.includes("*") || types.includes(type)) &&
    template.unmatch_mapping_type?.includes(type) !== true
  );
}

/** How a dynamic template would map the first value of the field; `null` where none says anything about it. */
export function templatedProperty(
  { dynamic_templates = [] }: RootMapping,
  field: string,
  kind: FieldKind,
): { property: Property; runtime: boolean } | null {
  const type = jsonTypes[kind];
  const template = dynamic_templates.flatMap((one) => Object.values(one)).find((one) => applies(one, field, type));
  if (template === undefined) return null;
  const { mapping = {}, runtime } = template;
  const given = runtime?.type ?? mapping.type ?? type;
  const named = given.replaceAll("{dynamic_type}", type).replaceAll("{name}", field.split(".").at(-1) ?? field);
  const usual = named === "string" ? "text" : named;
  if (runtime) return { property: { type: usual, script: runtime.script }, runtime: true };
  return { property: { ...mapping, type: usual }, runtime: false };
}
