import { isServiceFailure } from "@/lib/failures";
import type { CallOptions, DocumentIndex, Target } from "../contract";
import type { FieldMapping } from "../target-shape";
import type { Findings } from "./preconditions";
import type { ClearanceRequest } from "./request";

/**
 * Asks for everything that the preconditions rest on: about ten requests, none of which looks at a document. What the key may not see is
 * `null`; a service that doesn't answer is thrown as it failed.
 */
export async function readFindings(
  documents: Pick<DocumentIndex, "inspect" | "fieldMapping">,
  target: Target,
  request: Pick<ClearanceRequest, "field" | "kind" | "namespaceField">,
  options: CallOptions = {},
): Promise<Findings> {
  const shape = await documents.inspect(target, options);
  if (shape === null) return { target, shape, field: null, namespace: null };
  const there = target.filter((name) => !shape.missing.includes(name));
  const mappingOf = async (field: string): Promise<FieldMapping[] | null> => {
    try {
      return await documents.fieldMapping(there, field, { ...options, kind: request.kind });
    } catch (error) {
      if (isServiceFailure(error) && error.code === "auth") return null;
      throw error;
    }
  };
  const [field, namespace] = await Promise.all([mappingOf(request.field), mappingOf(request.namespaceField)]);
  return { target, shape, field, namespace };
}
