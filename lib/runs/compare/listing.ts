import { isServiceFailure, ServiceFailure } from "@/lib/failures";
import { compareBytes } from "@/lib/stores/byte-order";
import type { Place } from "@/lib/stores/contract";
import { type PageFault, PageGuard, pageFaultWords } from "@/lib/stores/page-guard";
import { type Side, storeOn, type Work } from "./work";

/**
 * Pages of a namespace's IDs in byte order, those up to and including `after` left out. The services document no way to begin in
 * the middle, and tokens are short-lived: a listing that was interrupted is read again from its start, at 1 read unit per 100 IDs.
 */
export async function* listing(work: Work, side: Side, after: string | null): AsyncGenerator<string[]> {
  const store = storeOn(work, side);
  const allowance = work.allowances.list(side);
  const guard = new PageGuard();
  let cursor: string | undefined;
  for (;;) {
    const page = await work.calls
      .make([{ allowance, units: 1 }], (signal) =>
        store.listIds(work.places[side], {
          limit: store.can.limits.listPage,
          signal,
          ...(cursor === undefined ? {} : { cursor }),
        }),
      )
      .catch((error: unknown) => {
        throw onPage(error, guard.pages + 1);
      });
    const fault = guard.next(page.next, page.ids.length > 0);
    if (fault) throw endless(store.service, work.places[side], fault, guard.pages);
    const last = page.ids.at(-1);
    if (after === null) yield page.ids;
    else if (last !== undefined && compareBytes(last, after) > 0)
      yield page.ids.filter((id) => compareBytes(id, after) > 0);
    if (page.next === null) return;
    cursor = page.next;
  }
}

function endless(service: string, place: Place, fault: PageFault, pages: number): ServiceFailure {
  const listing = `the IDs of namespace ${place.namespace === "" ? "__default__" : place.namespace} of ${place.index}`;
  const message = pageFaultWords(fault, { service, listing, pages });
  return new ServiceFailure({ code: "endless", service, operation: "listIds", message });
}

/** A listing that begins again, or loses its order, is told with the page where that was seen. */
function onPage(error: unknown, page: number): unknown {
  if (!isServiceFailure(error) || (error.code !== "disorder" && error.code !== "endless")) return error;
  const { code, service, operation, message } = error;
  return new ServiceFailure({ code, service, operation, message: `${message} (page ${page.toLocaleString("en-US")})` });
}
