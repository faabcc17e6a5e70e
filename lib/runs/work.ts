import type PQueue from "p-queue";
import type { Place, Receipt, VectorSource } from "@/lib/stores/contract";
import type { Allowances } from "./allowances";
import type { Calls } from "./calls";
import type { Claimed } from "./lease";
import type { Ledger } from "./ledger";
import type { EngineParts } from "./parts";

/** Everything that the steps of one segment share while a worker holds it. */
export type Work = {
  parts: EngineParts;
  held: Claimed;
  places: { source: Place; target: Place };
  allowances: Allowances;
  /** Stops at a wait when the run is asked to stop. */
  calls: Calls;
  /** For what is paid for already: stops only when requests are cut. */
  finishing: Calls;
  ledger: Ledger;
  /** Asked to stop: begin nothing new. */
  drain: AbortSignal;
  /** Proofs of the last writes, newest last: waited for before the read-back check. */
  receipts: Receipt[];
  /** Batches under way in this process, over all segments: bounds memory. */
  slots: PQueue;
  tell: (level: "info" | "warn" | "error", code: string, message: string) => Promise<void>;
};

export type Side = "source" | "target";

/** The store on that side, for reading. */
export function storeOn(work: Work, side: Side): VectorSource {
  return side === "source" ? work.parts.source : work.parts.target;
}
