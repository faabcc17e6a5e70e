import type { FieldMapping } from "../target-shape";
import { about, type Precondition, some } from "./precondition";
import type { ClearanceRequest } from "./request";

/** Whether documents can be told apart by namespace. It matters most when only some namespaces are meant. */
export function namespacePreconditions(request: ClearanceRequest, mappings: readonly FieldMapping[]): Precondition[] {
  const { namespaceField } = request;
  const level = request.namespaces === "all" ? "warn" : "stop";
  const nested = mappings.filter(({ parent }) => parent?.type === "nested").map(({ index }) => index);
  const flat = mappings.filter(({ index }) => !nested.includes(index));
  const unknown = flat.filter(({ field }) => field === null).map(({ index }) => index);
  const uncountable = flat.filter(({ field }) => field !== null && !field.aggregatable);
  const subfield = uncountable.flatMap(({ field }) => field?.aggregatableSubfields ?? [])[0];
  const setting = "ELASTICSEARCH_NAMESPACE_FIELD";
  return [
    ...about(nested, {
      level: nested.length === mappings.length ? level : "warn",
      code: "namespace-nested",
      what: `${namespaceField} lies in a nested object of ${some(nested)}, where searches for documents don't find it: no document there belongs to a namespace.`,
      next: `Set ${setting} to the field that holds the namespace.`,
    }),
    ...about(unknown, {
      // Among several indexes one may well hold no namespaces.
      level: unknown.length === mappings.length ? level : "warn",
      code: "unknown-namespace-field",
      what: `The mapping of ${some(unknown)} has no field ${namespaceField}: no document there belongs to a namespace.`,
      next: `Set ${setting} to the field that holds the namespace.`,
    }),
    ...about(
      uncountable.map(({ index }) => index),
      {
        level,
        code: "namespace-not-exact",
        what: `${namespaceField} is a ${uncountable[0]?.field?.type} in ${some(uncountable.map(({ index }) => index))}: namespaces can be neither matched exactly nor listed.`,
        next: subfield ? `Set ${setting} to ${subfield}.` : `Set ${setting} to a field of type keyword.`,
      },
    ),
  ];
}
