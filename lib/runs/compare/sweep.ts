import { isServiceFailure } from "@/lib/failures";
import type { JoinedChunk } from "@/lib/plan/merge-join";
import type { RecordHead } from "@/lib/stores/contract";
import type { OnPage } from "./joined";
import { type Heads, readListed } from "./read-heads";
import { type Side, storeOn, type Work } from "./work";

/** Fewer are fetched as quickly. */
const leastRecords = 20;
/** How large a namespace is isn't known at its first chunk: so many of it are asked for. Memory is bounded by it. */
const mostRecords = 3000;

/**
 * The heads of a side as it gives many of them at once, where it can: asked for once a namespace, before the first chunk with enough of them is looked at. What
 * it doesn't bring is read by ID, as everything is where asking so wouldn't pay, or fails: it is asked once.
 */
export class Sweep {
  #heads: Promise<Map<string, RecordHead>> | null = null;

  constructor(
    private readonly work: Work,
    private readonly side: Side,
  ) {}

  /** The heads of these, and which of them came by the sweep. */
  async read(ids: readonly string[], chunk: JoinedChunk): Promise<{ heads: Heads; swept: ReadonlySet<string> }> {
    if (chunk.both.length >= leastRecords) this.begin();
    const known = (await this.#heads) ?? new Map<string, RecordHead>();
    const swept = new Set(ids.filter((id) => known.has(id)));
    const rest = ids.filter((id) => !swept.has(id));
    const heads: Heads =
      rest.length > 0
        ? await readListed(this.work, rest, this.side)
        : { records: new Map(), missing: new Set(), unreadable: new Map() };
    for (const id of swept) {
      const head = known.get(id);
      if (head) heads.records.set(id, head);
    }
    return { heads, swept };
  }

  /** Asks, unless that was done. What comes of it is heard by {@link read}. */
  begin(): void {
    if (this.#heads) return;
    this.#heads = this.#ask();
    this.#heads.catch(() => {});
  }

  async #ask(): Promise<Map<string, RecordHead>> {
    const { work, side } = this;
    const ask = storeOn(work, side).sweepHeads;
    // Copied vectors are compared: they have to be read.
    if (!ask || work.held.settings.vectors === "source") return new Map();
    const paced = [{ allowance: work.allowances.fetch(side), units: 1 }];
    try {
      const call = (signal: AbortSignal) => ask(work.places[side], mostRecords, { signal });
      const { heads } = await work.calls.make(paced, call, { goOn: async () => false });
      return new Map(heads.map((head) => [head.id, head]));
    } catch (error) {
      // Everything can be fetched, too: what fails here is neither waited for nor the plan's end.
      if (isServiceFailure(error) && error.code !== "aborted") return new Map();
      throw error;
    }
  }
}

/** Begins both as soon as the first pages of the listings show enough that both sides have: their answers come while the rest is listed. */
export function beginningOf(sweeps: Record<Side, Sweep>): OnPage {
  const first: Partial<Record<Side, ReadonlySet<string>>> = {};
  return (side, ids) => {
    if (first[side] || ids.length === 0) return;
    first[side] = new Set(ids);
    const { source, target } = first;
    if (!source || !target) return;
    let both = 0;
    for (const id of source) if (target.has(id)) both++;
    if (both < leastRecords) return;
    sweeps.source.begin();
    sweeps.target.begin();
  };
}
