import { ServiceFailure } from "@/lib/failures";
import type { CallOptions, Hit, Place, VectorQuery } from "../contract";
import { malformed, service } from "../pinecone/failures";
import type { Project } from "../pinecone/project";
import { parseWire } from "../pinecone/wire";
import { checkQuery } from "../query/exact-query";
import { asJsonFilter } from "../query/filter";
import { isAbsent } from "./absent";
import { readHead } from "./document";
import { documentsPath } from "./path";
import type { Schemas } from "./schemas";
import { searchMatch, searchReply } from "./wire";

const operation = "query";

/** Asks the index's dense field; scores as `Hit` wants them. */
export async function queryDocuments(
  project: Project,
  schemas: Schemas,
  place: Place,
  question: VectorQuery,
  { signal, answered }: CallOptions,
): Promise<Hit[]> {
  checkQuery(service, question, null);
  const { values, k, filter, metadata = false } = question;
  const schema = await schemas.of(place.index, operation, signal);
  if (!schema.dense) {
    const message = `Index ${place.index} has no field for dense vectors`;
    throw new ServiceFailure({ code: "invalid", service, operation, message });
  }
  const { name, metric } = schema.dense;
  const body = {
    score_by: [{ type: "dense_vector", fields: [name], values: [...values] }],
    top_k: k,
    ...(metadata && { include_fields: ["*"] }),
    ...(filter && { filter: asJsonFilter(filter) }),
  };
  const path = documentsPath(place.namespace, "search", operation);
  try {
    const { json } = await project.documents(
      place.index,
      { operation, signal, answered },
      { method: "POST", path, body },
    );
    return (parseWire(searchReply, json, operation).matches ?? []).map((match): Hit => {
      const { _id, _score, ...fields } = parseWire(searchMatch, match, operation);
      const hit = { id: _id, score: metric === "euclidean" ? -Math.sqrt(Math.max(0, _score)) : _score };
      if (!metadata) return hit;
      const head = readHead(schema, _id, fields);
      if ("wrong" in head) throw malformed(operation, `${service} gave ${_id} with fields that can't be read`);
      return { ...hit, metadata: head.value.metadata };
    });
  } catch (error) {
    if (isAbsent(error)) return [];
    throw error;
  }
}
