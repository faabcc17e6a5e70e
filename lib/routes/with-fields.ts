import { OperatorError } from "@/lib/operator-error";
import { type IndexFields, indexFieldsWords } from "@/lib/shapes/routes/index-fields";
import type { VectorTarget } from "@/lib/stores/contract";

/**
 * The target as a route names its fields.
 * @throws OperatorError `no-named-fields` where a store has none
 */
export function withFields(target: VectorTarget, fields: IndexFields): VectorTarget {
  if (target.withFields) return target.withFields(fields);
  throw new OperatorError({
    kind: "usage",
    code: "no-named-fields",
    what: `${target.service} has no named fields, and the route names some (${indexFieldsWords(fields)}).`,
    notLost: "Nothing was changed.",
    next: "Leave the fields out of the route, or choose a connection of the kind pinecone-documents as its target.",
  });
}
