import { ServiceFailure } from "@/lib/failures";
import type { HalvesPage } from "@/lib/stores/contract";
import { PageGuard, pageFaultWords } from "@/lib/stores/page-guard";
import type { Work } from "./work";

/** Pages of the target's halves, each paced and made again like a listing's; none of a target of one piece. @throws Drained between two pages */
export async function* halvesPages(work: Work): AsyncGenerator<HalvesPage> {
  const { target } = work.parts;
  const { halves } = target;
  if (!halves) return;
  const paced = [{ allowance: work.allowances.list("target"), units: 1 }];
  const guard = new PageGuard();
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const from: { cursor?: string } = cursor === undefined ? {} : { cursor };
    const page = await work.calls.make(paced, (signal) => halves(work.places.target, { ...from, signal }));
    const fault = guard.next(page.next, page.both + page.lost.length > 0);
    if (fault) {
      const { service } = target;
      const message = pageFaultWords(fault, { service, listing: "vectors and rows", pages: guard.pages });
      throw new ServiceFailure({ code: "endless", service, operation: "halves", message });
    }
    yield page;
    cursor = page.next;
  }
}
