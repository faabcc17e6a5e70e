import { ServiceFailure } from "@/lib/failures";

/**
 * An answer that can't be used, of a service that was asked for vectors. Where it holds any, whatever is wrong with them, the texts were
 * embedded, and are charged for.
 * @param list the field in which the service's protocol has the vectors
 */
export function unusable(
  details: Omit<ConstructorParameters<typeof ServiceFailure>[0], "charged">,
  json: unknown,
  list: string,
) {
  const held: unknown = typeof json === "object" && json !== null ? Reflect.get(json, list) : null;
  return new ServiceFailure({ ...details, charged: Array.isArray(held) && held.length > 0 });
}
