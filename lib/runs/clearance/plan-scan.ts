import type { DocumentHead, Page, PageRequest, Selection } from "@/lib/documents/contract";
import { readAhead } from "@/lib/plan/read-ahead";
import type { ClearanceWork } from "../compare/work";

/** The point in time lives for so long after each page: writing a page's documents down takes moments. */
const keepAliveMs = 10 * 60_000;
const pageSize = 5000;
/** More than so many documents are scanned in parts, side by side. */
const slicedFrom = 20_000;
const slices = 3;

/**
 * Scans all documents of a selection once, as they were when it began, and hands them on in the order in which they come. Answers
 * `false` when the point in time was lost half-way: what was handed on is of no use then.
 */
export async function scanDocuments(
  work: ClearanceWork,
  selection: Selection,
  expected: number,
  hand: (heads: readonly DocumentHead[]) => Promise<void>,
): Promise<boolean> {
  const { target } = work.held.settings;
  const point = await work.calls.make([], (signal) => work.documents.openPoint(target, keepAliveMs, { signal }));
  let stopped = false;
  let turn: Promise<void> = Promise.resolve();
  const inTurn = (heads: readonly DocumentHead[]) => {
    turn = turn.then(() => hand(heads));
    return turn;
  };
  const scanPart = async (slice: { part: number; of: number } | null) => {
    try {
      for await (const heads of readAhead(pagesOf(work, { point, selection, slice }), 1)) {
        if (stopped) return true;
        if (heads === null) {
          stopped = true;
          return false;
        }
        await inTurn(heads);
      }
      return true;
    } catch (error) {
      stopped = true;
      throw error;
    }
  };
  try {
    const of = expected > slicedFrom ? slices : 1;
    const parts = Array.from({ length: of }, (_, part) => scanPart(of > 1 ? { part, of } : null));
    const results = await Promise.allSettled(parts);
    for (const result of results) if (result.status === "rejected") throw result.reason;
    return results.every((result) => result.status === "fulfilled" && result.value);
  } finally {
    // A point that can't be closed now expires by itself.
    await work.documents.closePoint(point, { signal: work.abort }).catch(() => {});
  }
}

/** The documents of a part, page by page; `null` once the point in time is gone. */
async function* pagesOf(
  work: ClearanceWork,
  of: { point: string; selection: Selection; slice: { part: number; of: number } | null },
): AsyncGenerator<DocumentHead[] | null> {
  let { point } = of;
  for (let after: number | null = null; ; ) {
    const request: PageRequest = { ...of, point, keepAliveMs, after, size: pageSize };
    const page: Page = await work.calls.make([], (signal) => work.documents.page(request, { signal }));
    if (page.state === "expired") {
      yield null;
      return;
    }
    point = page.point;
    yield page.documents;
    if (page.after === null) return;
    after = page.after;
  }
}
