/** The time that a stand-in lives by: the machine's, moved forward on request so that no test has to wait for a window to pass. */
export class Clock {
  #ahead = 0;

  /** Milliseconds since 1970. */
  now(): number {
    return Date.now() + this.#ahead;
  }

  advance(ms: number): void {
    this.#ahead += ms;
  }
}
