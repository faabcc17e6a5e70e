import { z } from "zod";
import { isServiceFailure, ServiceFailure } from "@/lib/failures";
import { findDisorder } from "../byte-order";
import type { ListPage, Place, VectorSource } from "../contract";
import { grpcNotFound, malformed, service } from "./failures";
import { wireName } from "./place";
import type { Project } from "./project";
import { idList, parseWire } from "./wire";

/** Where a listing stands: the service's token, and the last ID, so that order is checked across pages too. */
const cursorSchema = z.tuple([z.string(), z.string().nullable()]);

export function readCursor(cursor: string): z.infer<typeof cursorSchema> {
  try {
    return cursorSchema.parse(JSON.parse(cursor));
  } catch (error) {
    throw malformed("listIds", "The cursor is not one that a listing gave", error);
  }
}

/**
 * True for a 404 that means an absent namespace and not an absent index: it reads as an empty one. Told by the code in the body: words
 * may quote a name, and a proxy's page or another path's 404 bear no such code.
 */
export function isAbsentNamespace(error: unknown): boolean {
  return isServiceFailure(error) && error.code === "not-found" && error.serviceCode === grpcNotFound;
}

/**
 * One page of IDs. Pinecone documents "sorted order (bitwise "C" collation)" for GET /vectors/list; a page that breaks it, within or against the
 * page before, is `disorder`, since a merge join over it would miss records.
 */
export async function listIds(
  project: Project,
  place: Place,
  { signal, answered, cursor, prefix, limit = 100 }: NonNullable<Parameters<VectorSource["listIds"]>[1]> = {},
): Promise<ListPage> {
  const [token, last] = cursor === undefined ? [null, null] : readCursor(cursor);
  const options = {
    namespace: wireName(place.namespace),
    limit,
    ...(prefix && { prefix }),
    ...(token !== null && { paginationToken: token }),
  };
  const page = await project
    .data(place.index, { operation: "listIds", signal, answered }, (data) => data.listPaginated(options))
    .then(({ json }) => parseWire(idList, json, "listIds"))
    .catch((error: unknown) => {
      if (isAbsentNamespace(error)) return null;
      throw error;
    });
  if (!page) return { ids: [], next: null };
  const ids = (page.vectors ?? []).map(({ id }) => id);
  return pageOf(ids, page.pagination?.next || null, { token, last });
}

/** A page whose order is checked, within and against the page before, with the cursor of the next. */
export function pageOf(
  ids: string[],
  next: string | null,
  { token, last }: { token: string | null; last: string | null },
): ListPage {
  const disorder = findDisorder(ids, last ?? undefined);
  if (disorder) {
    const { before, id } = disorder;
    const message = `${service} listed ${JSON.stringify(id)} after ${JSON.stringify(before)}, against its declared order`;
    throw new ServiceFailure({ code: "disorder", service, operation: "listIds", message });
  }
  if (next !== null && next === token && ids.length === 0) {
    const message = `${service}'s listing doesn't go on: an empty page points to itself`;
    throw new ServiceFailure({ code: "endless", service, operation: "listIds", message });
  }
  return { ids, next: next === null ? null : JSON.stringify([next, ids.at(-1) ?? last]) };
}
