import type PQueue from "p-queue";
import type { DocumentIndex } from "@/lib/documents/contract";
import type { Capacity } from "@/lib/plan/classify-change";
import type { Place, Receipt, VectorSource } from "@/lib/stores/contract";
import type { Claimed, ClearanceClaimed, VectorClaimed } from "../lifecycle/lease";
import type { Ledger } from "../lifecycle/ledger";
import type { EngineParts } from "../lifecycle/parts";
import type { Wait } from "../lifecycle/wait-board";
import type { Allowances } from "../pacing/allowances";
import type { Calls } from "../pacing/calls";
import type { Door } from "../pacing/door";
import type { Meter } from "../pacing/meter";
import type { Listings } from "./counted-listing";
import type { TextKeySample } from "./text-key-sample";

/** Everything that the steps of one segment share while a worker holds it. */
export type SegmentWork<Held extends Claimed = Claimed> = {
  parts: EngineParts;
  /** The same as the process opened them, for what is known of them from one segment to the next: `parts` count for this one. */
  opened: EngineParts;
  held: Held;
  /** Stops at a wait when the run is asked to stop. */
  calls: Calls;
  /** For what is paid for already: stops only when requests are cut. */
  finishing: Calls;
  ledger: Pick<Ledger, "open" | "settle" | "intend" | "notePaid" | "noteUnusable" | "noteChecked">;
  meter: Meter;
  /** Resolves once what the stores answered so far is noted. */
  egressNoted: () => Promise<void>;
  /** Asked to stop: begin nothing new. */
  drain: AbortSignal;
  /** Batches under way in this process, over all segments: bounds memory. */
  slots: PQueue;
  tell: (level: "info" | "warn" | "error", code: string, message: string) => Promise<void>;
  /** Shows what is waited for; `until` in ms since 1970, `null` when work goes on. */
  onWait: (wait: Wait | null) => void;
};

/** The same for a namespace of vectors. */
export type Work = SegmentWork<VectorClaimed> & {
  /** What gets through to each service. */
  doors: { embed: Door; write: Door; source: Door; target: Door };
  places: { source: Place; target: Place };
  /** What the target index takes, as it was found when the segment was taken. */
  capacity: Capacity;
  /** The target isn't there yet: a plan takes it for empty. */
  targetMissing: boolean;
  allowances: Allowances;
  /** Where texts may be of records that have none under the text key. */
  textKeys: TextKeySample;
  /** Proofs of the last writes, newest last: waited for before the read-back check. */
  receipts: Receipt[];
  /** What the listings gave that were read to their end, against what statistics count. */
  listings: Listings;
  /** Nothing is written any more: what stands is listed and counted. */
  readsBack?: true;
};

/** The same for documents. */
export type ClearanceWork = SegmentWork<ClearanceClaimed> & {
  documents: DocumentIndex;
  /** Cut requests, too. */
  abort: AbortSignal;
};

export type Side = "source" | "target";

/** The store on that side, for reading. */
export function storeOn(work: Work, side: Side): VectorSource {
  return side === "source" ? work.parts.source : work.parts.target;
}
