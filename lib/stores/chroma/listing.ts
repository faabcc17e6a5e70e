import { z } from "zod";
import { ScratchIds } from "../files/scratch-ids";
import { failure } from "./failures";
import { type ChromaServer, parse, type Request } from "./server";

const idsSchema = z.object({ ids: z.array(z.string()) });
/** Readings of a collection that moves; what any of them found is listed. */
const mostPasses = 3;
const idsAtOnce = { cloud: 300, own: 1000 };

/** `moved`: the collection changed in each reading, so that an ID which was deleted and moved the others may hide one. */
export type Listing = { ids: ScratchIds; moved: boolean };

export const countSchema = z.number().int().nonnegative();

/**
 * All IDs of a collection, sorted on a scratch disk. Chroma has no order and knows offsets only: where a record is deleted meanwhile, a page passes over
 * another. So the count is taken before and after; where it moved, or isn't what was listed, everything is read again and put together.
 */
export async function listCollection(server: ChromaServer, id: string, call: Request): Promise<Listing> {
  const ids = await ScratchIds.make();
  try {
    for (let pass = 1; pass <= mostPasses; pass++) {
      const before = await countOf(server, id, call);
      const listed = await onePass(server, id, ids, call);
      if ((await countOf(server, id, call)) === before && listed === before && ids.count === before)
        return { ids, moved: false };
    }
    return { ids, moved: true };
  } catch (error) {
    await ids.close();
    throw error;
  }
}

export async function countOf(server: ChromaServer, id: string, call: Request): Promise<number> {
  return parse(countSchema, await server.records(id, "count", call), call.operation);
}

async function onePass(server: ChromaServer, id: string, ids: ScratchIds, call: Request): Promise<number> {
  const limit = server.isCloud ? idsAtOnce.cloud : idsAtOnce.own;
  for (let offset = 0; ; ) {
    const answer = await server.records(id, "get", { ...call, method: "POST", body: { limit, offset, include: [] } });
    const page = parse(idsSchema, answer, call.operation).ids;
    if (page.length > limit) throw failure("malformed", call.operation, "Chroma gave a longer page than was asked for");
    ids.add(page);
    offset += page.length;
    // A server may give fewer than were asked for; only an empty page is the end.
    if (page.length === 0) return offset;
  }
}
