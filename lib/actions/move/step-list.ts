import type { MoveState, MoveStep, MoveStepName } from "@/lib/shapes/cut-over/move";

/** What is told of a step. `passable`: it was remarked upon, and the operator may go on. */
export type Told = Pick<MoveStep, "words" | "action"> & { state: MoveState | "passable"; at?: string | null };

/** The steps of a move as they are told, in order. */
export class StepList {
  readonly steps: MoveStep[] = [];
  private found = false;

  /** Adds a step. The first that is open is the next one, but what is under way or went wrong has to end first. */
  add(step: MoveStepName, { state, words, action, at = null }: Told): void {
    const asked = state === "open" && !this.found && step !== "back" ? "next" : state;
    if (asked === "next" || asked === "attention" || asked === "running") this.found = true;
    this.steps.push({ step, state: asked === "passable" ? "attention" : asked, words, at, action });
  }
}

export const number = (value: number) => value.toLocaleString("en-US");

/** `1 record`, `2 records`. */
export const counted = (value: number, one: string, more = `${one}s`) => `${number(value)} ${value === 1 ? one : more}`;
