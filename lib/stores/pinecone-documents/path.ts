import { ServiceFailure } from "@/lib/failures";
import { service } from "../pinecone/failures";
import { wireName } from "../pinecone/place";

/** The path of a call on a namespace's documents. A name that a path can't hold is refused: it would lead elsewhere. */
export function documentsPath(namespace: string, verb: string, operation: string): string {
  const name = wireName(namespace);
  if (name === "." || name === "..") {
    const message = `The namespace ${JSON.stringify(name)} can't be addressed in a path, which is how calls on documents name it`;
    throw new ServiceFailure({
      code: "invalid",
      service,
      operation,
      message,
      next: "Give it another name in the route.",
    });
  }
  return `/namespaces/${encodeURIComponent(name)}/documents/${verb}`;
}
