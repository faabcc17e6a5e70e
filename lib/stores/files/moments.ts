import { isServiceFailure } from "@/lib/failures";

/** Thrown by whoever reads files and finds that they are no longer those of its moment. */
export class MovedUnderway extends Error {}

/** Files as they stood at one moment. */
export type Moment = {
  /** Whether they stand so still. */
  stands(): Promise<boolean>;
  close(): Promise<void>;
};

type Held<State> = { state: State; users: number; retired: boolean };

/** Tries to read files that are being written to. */
const attempts = 4;

/**
 * Holds what was prepared of files at one moment, for many calls, and prepares it again where they have changed. What one call answers is of
 * one moment: a call whose files change under it is made again from the beginning.
 */
export class Moments<State extends Moment> {
  readonly #take: () => Promise<State>;
  #held: Held<State> | null = null;
  #taking: Promise<Held<State>> | null = null;
  #closed = false;

  constructor(take: () => Promise<State>) {
    this.#take = take;
  }

  /**
   * @param fresh whether changes since the moment that is held matter; without it, a listing and what is fetched of it are of one moment
   * @throws MovedUnderway when the files don't come to rest
   */
  async use<Answer>(fresh: boolean, work: (state: State) => Promise<Answer>): Promise<Answer> {
    for (let attempt = 0; attempt < attempts; attempt++) {
      try {
        const held = await this.#current(fresh);
        try {
          return await work(held.state);
        } catch (error) {
          if (isServiceFailure(error)) throw error;
          // Files that were written to look damaged in many ways; what counts is that they changed.
          if (!(error instanceof MovedUnderway) && (await held.state.stands())) throw error;
          this.#drop(held);
          throw new MovedUnderway();
        } finally {
          await this.#release(held);
        }
      } catch (error) {
        if (!(error instanceof MovedUnderway)) throw error;
      }
    }
    throw new MovedUnderway();
  }

  async #current(fresh: boolean): Promise<Held<State>> {
    const held = this.#held;
    if (held !== null && (!fresh || (await held.state.stands()))) return this.#enter(held);
    this.#taking ??= this.#replace().finally(() => {
      this.#taking = null;
    });
    return this.#enter(await this.#taking);
  }

  #enter(held: Held<State>): Held<State> {
    held.users++;
    return held;
  }

  async #replace(): Promise<Held<State>> {
    const next = { state: await this.#take(), users: 0, retired: this.#closed };
    const before = this.#held;
    this.#held = this.#closed ? null : next;
    if (before !== null) await this.#retire(before);
    return next;
  }

  /** What is no longer of one moment isn't used again; whoever still works with it finds out by itself. */
  #drop(held: Held<State>): void {
    held.retired = true;
    if (this.#held === held) this.#held = null;
  }

  async #retire(held: Held<State>): Promise<void> {
    held.retired = true;
    if (held.users === 0) await held.state.close();
  }

  async #release(held: Held<State>): Promise<void> {
    held.users--;
    if (held.retired && held.users === 0) await held.state.close();
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#taking?.catch(() => {});
    const held = this.#held;
    this.#held = null;
    if (held !== null) await this.#retire(held);
  }
}
