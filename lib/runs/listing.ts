import { compareBytes } from "@/lib/stores/byte-order";
import { type Side, storeOn, type Work } from "./work";

/**
 * Pages of a namespace's IDs in byte order, those up to and including `after` left out. The services document no way to begin in
 * the middle, and tokens are short-lived: a listing that was interrupted is read again from its start, at 1 read unit per 100 IDs.
 */
export async function* listing(work: Work, side: Side, after: string | null): AsyncGenerator<string[]> {
  const store = storeOn(work, side);
  const allowance = work.allowances.list(side);
  let cursor: string | undefined;
  for (;;) {
    const page = await work.calls.make([{ allowance, units: 1 }], (signal) =>
      store.listIds(work.places[side], {
        limit: store.can.limits.listPage,
        signal,
        ...(cursor === undefined ? {} : { cursor }),
      }),
    );
    const last = page.ids.at(-1);
    if (after === null) yield page.ids;
    else if (last !== undefined && compareBytes(last, after) > 0)
      yield page.ids.filter((id) => compareBytes(id, after) > 0);
    if (page.next === null) return;
    cursor = page.next;
  }
}
