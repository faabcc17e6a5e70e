/** Why a worker leaves a segment before its end. Nothing of these is an error of the run. */

/** Paused, cancelled or the process is stopping: batches in flight were finished, nothing new was begun. */
export class Drained extends Error {
  constructor() {
    super("The run was asked to stop here.");
    this.name = "Drained";
  }
}

/** Another worker holds the segment now, or the run is gone: whatever this one still does is void. */
export class LeaseLost extends Error {
  constructor() {
    super("Another worker has taken over.");
    this.name = "LeaseLost";
  }
}

/** An allowance is used up for long: come back at `until`. */
export class WaitUntil extends Error {
  constructor(
    readonly until: Date,
    readonly words: string,
  ) {
    super(`Waiting for ${words} until ${until.toISOString()}.`);
    this.name = "WaitUntil";
  }
}

/** This worker works with something else than the run was made for, and another one is there that doesn't. */
export class LeftToOthers extends Error {
  constructor() {
    super("Another worker has what this run was made for.");
    this.name = "LeftToOthers";
  }
}
