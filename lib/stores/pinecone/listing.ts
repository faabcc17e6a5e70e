import { z } from "zod";
import { isServiceFailure } from "@/lib/failures";
import type { ListPage, Place, VectorSource } from "../contract";
import { malformed, service } from "./failures";
import { wireName } from "./place";
import type { Project } from "./project";
import { idList, parseWire } from "./wire";

/** Where a listing stands: the service's token, and the page's first ID, which tells a page that comes again. */
const cursorSchema = z.tuple([z.string(), z.string().nullable()]);

function readCursor(cursor: string): z.infer<typeof cursorSchema> {
  try {
    return cursorSchema.parse(JSON.parse(cursor));
  } catch (error) {
    throw malformed("listIds", "The cursor is not one that a listing gave", error);
  }
}

/** True for a 404 that means an absent namespace and not an absent index: it reads as an empty one. */
export function isAbsentNamespace(error: unknown): boolean {
  return isServiceFailure(error) && error.code === "not-found" && /namespace/i.test(error.message);
}

/**
 * One page of IDs. Pinecone documents "sorted order (bitwise "C" collation)" for GET /vectors/list; whoever builds on that checks it, since a merge
 * join over another order would miss records.
 */
export async function listIds(
  project: Project,
  place: Place,
  { signal, cursor, prefix, limit = 100 }: NonNullable<Parameters<VectorSource["listIds"]>[1]> = {},
): Promise<ListPage> {
  const [token, before] = cursor === undefined ? [null, null] : readCursor(cursor);
  const options = {
    namespace: wireName(place.namespace),
    limit,
    ...(prefix && { prefix }),
    ...(token !== null && { paginationToken: token }),
  };
  const page = await project
    .data(place.index, { operation: "listIds", signal }, (data) => data.listPaginated(options))
    .then(({ json }) => parseWire(idList, json, "listIds"))
    .catch((error: unknown) => {
      if (isAbsentNamespace(error)) return null;
      throw error;
    });
  if (!page) return { ids: [], next: null };
  const ids = (page.vectors ?? []).map(({ id }) => id);
  const first = ids[0] ?? null;
  const next = page.pagination?.next || null;
  if (next !== null && next === token && first === before) {
    throw malformed("listIds", `${service}'s listing doesn't go on: a page points to itself`);
  }
  return { ids, next: next === null ? null : JSON.stringify([next, first]) };
}
