import type { ServiceFailure } from "@/lib/failures";
import { OperatorError } from "@/lib/operator-error";

/** So many records refused with the same words, and none accepted between them: it isn't the records. */
export const refusedAlike = 5;

/** One way into a service: embedding, writing to the target, reading of either side. Knows whether anything gets through. */
export class Door {
  private acceptedAt = Number.NEGATIVE_INFINITY;
  private alike = { words: "", count: 0 };
  private held: (() => Promise<void>)[] = [];
  private shut: OperatorError | null = null;
  private opened: () => void = () => {};
  /** Resolves with the first thing that got through, or when the door is found shut. */
  readonly open: Promise<void>;

  /** It is known whether anything gets through. */
  tried = false;

  constructor(private readonly of: { service: string; what: string }) {
    this.open = new Promise((resolve) => {
      this.opened = resolve;
    });
  }

  /** Something got through: earlier refusals were about their records. */
  async accepted(): Promise<void> {
    this.acceptedAt = performance.now();
    this.alike = { words: "", count: 0 };
    this.tried = true;
    this.opened();
    await this.letGo();
  }

  acceptedSince(moment: number): boolean {
    return this.acceptedAt > moment;
  }

  /**
   * Records were refused one by one, and nothing got through meanwhile. `note` writes them down as findings: at once it can't be known whether
   * it is them, so it is kept until something gets through or all is over. @throws OperatorError once so many were refused alike that it is the door
   */
  refused(failure: ServiceFailure, ids: readonly string[], note: () => Promise<void>): void {
    this.check();
    const words = wordsAlike(failure.message, ids);
    this.alike = { words, count: (this.alike.words === words ? this.alike.count : 0) + ids.length };
    if (this.alike.count >= refusedAlike) this.close(failure);
    this.held.push(note);
  }

  /** @throws OperatorError always */
  close(failure: ServiceFailure): never {
    this.shut ??= new OperatorError({
      kind: "failed",
      code: "refused-throughout",
      what: `${this.of.service} refuses ${this.of.what}, whatever the record: ${failure.message.replace(/\.$/, "")}.`,
      notLost: "What was written before stays. The records stay to be done; none of them is counted as failed.",
      next: "Change what the service's words name (plan, region, index or model; see `portage doctor`), then resume the run.",
      cause: failure,
    });
    this.held = [];
    this.tried = true;
    this.opened();
    throw this.shut;
  }

  /** @throws OperatorError when the door was found shut */
  check(): void {
    if (this.shut) throw this.shut;
  }

  /** Nothing more comes: what was kept is written down. */
  async settle(): Promise<void> {
    if (!this.shut) await this.letGo();
  }

  private async letGo(): Promise<void> {
    const held = this.held;
    this.held = [];
    for (const note of held) await note();
  }
}

/** A refusal's words without what differs from record to record: its ID, and whatever holds digits. */
function wordsAlike(message: string, ids: readonly string[]): string {
  const without = ids.reduce((words, id) => words.replaceAll(id, "#"), message);
  return without.replace(/\S*\d\S*/g, "#");
}
