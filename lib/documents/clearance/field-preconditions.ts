import type { FieldMapping } from "../target-shape";
import { about, type Precondition, some } from "./precondition";
import type { ClearanceRequest } from "./request";
import { writablePreconditions } from "./writable-preconditions";

const wholeNumbers: Record<string, number> = {
  byte: 2 ** 7,
  short: 2 ** 15,
  integer: 2 ** 31,
  long: 2 ** 63,
  unsigned_long: 2 ** 64,
};
const decimals = new Set(["float", "double", "half_float", "scaled_float"]);
const words = new Set(["keyword", "wildcard", "flattened"]);
const texts = new Set(["text", "match_only_text"]);

type Taken = "fits" | "as-word" | "as-text" | "refused";

/** Whether a field of that type takes the value, and what becomes of it. */
function howTaken({ value, kind }: ClearanceRequest, type: string): Taken {
  if (words.has(type)) return kind === "keyword" ? "fits" : "as-word";
  if (texts.has(type)) return "as-text";
  if (typeof value === "boolean") return type === "boolean" ? "fits" : "refused";
  if (typeof value === "string") return "refused";
  if (decimals.has(type)) return "fits";
  const bound = wholeNumbers[type];
  if (bound === undefined || !Number.isInteger(value)) return "refused";
  return value < bound && value >= (type === "unsigned_long" ? 0 : -bound) ? "fits" : "refused";
}

function unmapped(request: ClearanceRequest, mappings: readonly FieldMapping[]): Precondition[] {
  const { field, kind: type } = request;
  const offerFor = (indices: string[]) => ({ kind: "add-mapping" as const, indices, field, type });
  const next = `Let Portage add ${field} to the mapping as ${type}.`;
  const by = (dynamic: FieldMapping["dynamic"]) =>
    mappings.filter((mapping) => mapping.field === null && mapping.dynamic === dynamic).map(({ index }) => index);
  const templates = [
    ...new Set(mappings.flatMap(({ field: known, template }) => (known ? [] : (template?.type ?? [])))),
  ];
  const [strict, ignored, runtime, open] = [by("strict"), by("false"), by("runtime"), by("true")];
  return [
    ...about(strict, {
      level: "stop",
      code: "strict-mapping",
      what: `${some(strict)} refuses fields that its mapping doesn't know (dynamic: strict), and ${field} is one.`,
      next,
      offer: offerFor(strict),
    }),
    ...about(ignored, {
      level: "stop",
      code: "dynamic-false",
      what: `${some(ignored)} stores fields that its mapping doesn't know, but doesn't index them (dynamic: false): ${field} would never be found.`,
      next,
      offer: offerFor(ignored),
    }),
    ...about(runtime, {
      level: "warn",
      code: "dynamic-runtime",
      what: `${some(runtime)} would make ${field} a runtime field, which is read from every document when it is searched.`,
      next,
      offer: offerFor(runtime),
    }),
    ...about(open, {
      level: "warn",
      code: "field-not-mapped",
      what: `The mapping of ${some(open)} doesn't know ${field}. ${templates.length === 0 ? "The first document written would decide its type (long for a whole number)." : `A template of it would make it a ${templates.join(" or ")}.`}`,
      next,
      offer: offerFor(open),
    }),
  ];
}

function mapped(request: ClearanceRequest, mappings: readonly FieldMapping[]): Precondition[] {
  const { field, value } = request;
  const typed = mappings.flatMap(({ index, field: known }) => (known ? [{ index, ...known }] : []));
  const types = (found: readonly { type: string }[]) => [...new Set(found.map(({ type }) => type))].join(", ");
  const group = (found: typeof typed) => found.map(({ index }) => index);
  const refused = typed.filter(({ type }) => howTaken(request, type) === "refused");
  const unsearchable = typed.filter((one) => !refused.includes(one) && !one.searchable);
  const tooLong = typed.filter(
    ({ type, ignoreAbove }) => words.has(type) && ignoreAbove !== null && String(value).length > ignoreAbove,
  );
  const asWord = typed.filter(({ type }) => howTaken(request, type) === "as-word");
  const asText = typed.filter(({ type }) => howTaken(request, type) === "as-text");
  const runtime = typed.filter((one) => one.runtime && !refused.includes(one));
  return [
    ...about(group(refused), {
      level: "stop",
      code: "mapping-conflict",
      what: `${field} is mapped as ${types(refused)} in ${some(group(refused))}, which doesn't take ${JSON.stringify(value)}.`,
      next: "Choose another field or value, or copy the documents into an index with another mapping.",
    }),
    ...about(group(unsearchable), {
      level: "stop",
      code: "not-indexed",
      what: `${field} is neither indexed nor kept in doc values in ${some(group(unsearchable))}: it would be written, but never found.`,
      next: "Copy the documents into an index that indexes the field.",
    }),
    ...about(group(tooLong), {
      level: "stop",
      code: "ignore-above",
      what: `The value is longer than ${field} indexes in ${some(group(tooLong))} (ignore_above): it would never be found.`,
      next: "Choose a shorter value.",
    }),
    ...about(group(asWord), {
      level: "warn",
      code: "mapped-as-keyword",
      what: `${field} is a ${types(asWord)} in ${some(group(asWord))}: values are found as words, and ranges compare them as words ("10" comes before "9").`,
    }),
    ...about(group(asText), {
      level: "warn",
      code: "mapped-as-text",
      what: `${field} is a ${types(asText)} in ${some(group(asText))}: values are found, but can't be counted one by one.`,
    }),
    ...about(group(runtime), {
      level: "warn",
      code: "runtime-field",
      what: `${field} is a runtime field in ${some(group(runtime))}: it is read from every document when it is searched.`,
    }),
  ];
}

/** How each index would take the field, with the offer to add it to a mapping that doesn't know it. */
export function fieldPreconditions(request: ClearanceRequest, mappings: readonly FieldMapping[]): Precondition[] {
  const { found, usable } = writablePreconditions(request, mappings);
  const templated = usable.flatMap((mapping) =>
    mapping.field === null && mapping.dynamic === "true" && mapping.template
      ? [{ ...mapping, field: mapping.template }]
      : [],
  );
  return [...found, ...unmapped(request, usable), ...mapped(request, usable), ...mapped(request, templated)];
}
