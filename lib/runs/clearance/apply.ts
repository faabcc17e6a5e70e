import { checkPass, type Pass } from "@/lib/documents/clearance/convergence";
import { isServiceFailure } from "@/lib/failures";
import { Packer } from "@/lib/plan/batches";
import { readAhead } from "@/lib/plan/read-ahead";
import type { Verdict } from "@/lib/shapes/runs/run";
import type { ClearanceWork } from "../compare/work";
import { type Settling, type Site, updateOf, writeBatch } from "./apply-batch";
import type { Errand } from "./apply-outcome";
import { scanLeft } from "./apply-pass";
import { reviewedErrands } from "./apply-reviewed";
import { requireStanding, requireWritable, standingCheck, stopped } from "./apply-standing";
import { hasTaken, noteArrivals, requireAccounted, settledOf } from "./apply-tally";
import { countMissing, verifyDocuments } from "./apply-verify";
import { Breadth } from "./breadth";
import { Conveyor } from "./conveyor";
import type { Pace } from "./pace";
import { keepPace } from "./pace-keeper";
import { Refusals } from "./refusals";
import { newcomersInWords } from "./verify-words";
import { WrittenSample } from "./written-documents";

/** Documents may come in without the value for as long as the run works: after so many passes it ends, and says what is left. */
const mostPasses = 20;
/** Waits for the speed limit that are worth a word on the page. */
const worthTellingMs = 1000;

/**
 * Carries out the approved changes of a clearance's plan: straight from what was reviewed, each write fenced by the version that was seen.
 * Then looks at what searches still find without the value, in passes until writing changes nothing any more: documents that came since
 * are set where that was asked for, else counted. Reads back.
 */
export async function applyClearance(work: ClearanceWork): Promise<Verdict> {
  await requireStanding(work);
  const { pace, stop } = await keepPace(work.parts.database, work.held.runId);
  try {
    await new Application(work, pace, await hasTaken(work)).reviewed();
    const { only, verifySample } = work.held.settings;
    const sample = new WrittenSample(verifySample, work.held.runId);
    // Whoever applies overwrites alone doesn't ask for new values elsewhere.
    const whole = only !== "updates";
    const converged = whole
      ? await converge(work, pace, sample)
      : { arrived: 0, left: await countMissing(work), newcomers: 0 };
    await requireAccounted(work);
    return await verifyDocuments(work, { ...converged, arrivals: sample.taken() });
  } catch (error) {
    // What became of the indexes, where that is why, says more than the request that met it.
    if (isServiceFailure(error) && (error.code === "not-found" || error.code === "conflict"))
      await requireStanding(work);
    throw error;
  } finally {
    stop();
  }
}

/** Passes over what searches find without the value, until none is left or writing changes nothing any more. */
async function converge(
  work: ClearanceWork,
  pace: Pace,
  sample: WrittenSample,
): Promise<{ arrived: number; left: number; newcomers: number }> {
  let before: Pass | null = null;
  let remaining = await countMissing(work);
  let arrived = 0;
  let left = 0;
  let newcomers = 0;
  for (let passes = 0; remaining > 0 && passes < mostPasses; passes++) {
    await requireStanding(work);
    const pass = await new Application(work, pace, await hasTaken(work)).pass(remaining, sample);
    arrived += pass.arrived;
    left = pass.left;
    newcomers = pass.newcomers;
    remaining = await countMissing(work);
    const done: Pass = { ...pass, remaining };
    const verdict = checkPass(done, before);
    if (verdict.state === "stuck")
      throw stopped("not-converging", verdict.words, "Fix the mapping of the field, then resume the run.");
    if (verdict.state === "done") break;
    await work.tell(
      "info",
      "pass",
      `A pass over what searches find without the value set ${pass.set.toLocaleString("en-US")}; ${remaining.toLocaleString("en-US")} are left.`,
    );
    before = done;
  }
  if (newcomers > 0) await work.tell("warn", "came-since", newcomersInWords(newcomers));
  return { arrived, left, newcomers };
}

type PassTally = Omit<Pass, "remaining"> & { arrived: number; newcomers: number };

/** One stretch of sending: packs, paces, sends and notes. */
class Application {
  private readonly breadth: Breadth;
  private readonly conveyor: Conveyor;
  private readonly site: Site;
  private readonly refusals: Refusals;
  private readonly packer: Packer<Errand>;
  private readonly tally: PassTally = { set: 0, rewritten: 0, again: 0, left: 0, arrived: 0, newcomers: 0 };
  private sample: WrittenSample | null = null;

  constructor(
    private readonly work: ClearanceWork,
    private readonly pace: Pace,
    taken: boolean,
  ) {
    const { batchDocuments, batchBytes, requestsAtOnce, request } = work.held.settings;
    const { documents } = work;
    this.breadth = new Breadth(requestsAtOnce);
    this.conveyor = new Conveyor(this.breadth, work.drain);
    const settle = (settled: readonly Settling[]) => this.settle(settled);
    this.refusals = new Refusals({ service: documents.service, taken, settle });
    this.site = {
      work,
      breadth: this.breadth,
      requireSame: standingCheck(work),
      settle: (settled) => {
        if (settled.some(({ ended }) => ended.outcome === "written" || ended.outcome === "unchanged"))
          this.refusals.taken();
        settle(settled);
      },
      refused: async (settled) => {
        await requireWritable(work);
        this.refusals.refused(settled);
      },
    };
    this.packer = new Packer(
      { count: batchDocuments, size: Math.min(batchBytes, documents.limits.bulkBytes) },
      (errand) => documents.sizeOf(request.field, updateOf(errand, request.value)),
    );
  }

  /** Sends what the plan holds. */
  async reviewed(): Promise<void> {
    await this.sendAll(async (hand) => {
      for await (const errands of readAhead(reviewedErrands(this.work), 1)) {
        if (this.conveyor.stopped) break;
        await hand(errands);
      }
    });
  }

  /** Sends what searches find without the value, and answers what came of it. */
  async pass(expected: number, sample: WrittenSample): Promise<PassTally> {
    this.sample = sample;
    await this.sendAll(async (hand) => {
      const { left, newcomers, whole } = await scanLeft(this.work, expected, hand, (unfound) => this.settle(unfound));
      this.tally.left += left;
      this.tally.newcomers += newcomers;
      if (!whole) this.tally.again++;
    });
    return this.tally;
  }

  private async sendAll(feed: (hand: (errands: readonly Errand[]) => Promise<void>) => Promise<void>): Promise<void> {
    try {
      await feed(async (errands) => {
        for (const errand of errands) {
          const batch = this.packer.add(errand);
          if (batch) await this.send(batch);
          if (this.conveyor.stopped) return;
        }
      });
      const rest = this.packer.take();
      if (rest) await this.send(rest);
    } finally {
      await this.conveyor.settled();
    }
    this.conveyor.check();
    this.refusals.end();
    await this.conveyor.settled();
    this.conveyor.check();
  }

  /** Sends a batch in the portions that the speed limit allows. */
  private async send(batch: readonly Errand[]): Promise<void> {
    for (let start = 0; start < batch.length && !this.conveyor.stopped; ) {
      const count = await this.pace.take(batch.length - start, this.work.drain, (ms) => {
        if (ms >= worthTellingMs) this.work.onWait({ words: "the speed limit that was set", until: Date.now() + ms });
      });
      const portion = batch.slice(start, start + count);
      start += count;
      await this.conveyor.send(() => writeBatch(this.site, portion));
    }
  }

  private settle(settled: readonly Settling[]): void {
    const { ledger } = this.work;
    const planned = settled.flatMap(settledOf);
    if (planned.length > 0) this.conveyor.note(ledger.settle(planned));
    for (const { errand, ended } of settled) {
      if (errand.position !== "arrival" && errand.position !== "counted") continue;
      if (ended.outcome === "written" && errand.rewrite) this.tally.rewritten++;
      else if (ended.outcome === "written") this.tally.set++;
      else if (ended.outcome === "failed" || ended.outcome === "skipped") this.tally.left++;
      else this.tally.again++;
    }
    const arrivals = settled.filter(({ errand }) => errand.position === "arrival");
    if (arrivals.length === 0) return;
    for (const { errand, ended } of arrivals)
      if (ended.outcome === "written") {
        this.tally.arrived++;
        this.sample?.offer(errand);
      }
    this.conveyor.note(noteArrivals(this.work, arrivals));
  }
}
