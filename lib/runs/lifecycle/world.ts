import { OperatorError } from "@/lib/operator-error";
import type { End, RunSettings } from "@/lib/shapes/runs/run";
import type { IndexShape } from "@/lib/stores/contract";

/** What is kept of an index that was looked at, to know it again. */
export function endOf({ name, account, address, dimension, metric, keeps }: IndexShape): End {
  return {
    ...{ index: name, account, dimension, metric },
    ...(address === undefined ? {} : { address }),
    ...(keeps === undefined ? {} : { keeps }),
  };
}

/** A part of a run's world that is another now, with both values as an operator reads them. */
export type Moved = { name: string; before: string; now: string };

/**
 * What differs between the world that a run or plan was made for and the one that is open: both indexes (account, name, address, dimension,
 * metric) and what makes the vectors (model, dimension, task, address). What isn't known of one of them differs in nothing: of runs of
 * earlier versions, the names are their world.
 */
export function movedWorld(then: RunSettings, now: RunSettings): Moved[] {
  const moved: Moved[] = [];
  const compare = (name: string, before: string | undefined, after: string | undefined) => {
    if (before !== undefined && after !== undefined && before !== after) moved.push({ name, before, now: after });
  };
  const number = (value: number | null | undefined) =>
    value === undefined ? undefined : value === null ? "none" : value.toLocaleString("en-US");
  const compareEmbedders = () => {
    compare("model", then.embedder.model, now.embedder.model);
    compare("dimension", number(then.embedder.dimension), number(now.embedder.dimension));
    compare("task type", then.embedder.task, now.embedder.task);
    compare("embedder's address", then.embedder.address, now.embedder.address);
  };
  compare("vectors", vectorWords(then), vectorWords(now));
  // Copied vectors are what their index has; that is compared below.
  const makes = then.vectors !== "source" && now.vectors !== "source";
  if (makes) compareEmbedders();
  for (const side of ["source", "target"] as const) {
    const [before, after] = [then[side], now[side]];
    compare(`${side} index`, before.index, after.index);
    compare(`${side} account`, before.account, after.account);
    // Another index has another address and may have another shape: that goes without saying.
    if (before.index !== after.index || differ(before.account, after.account)) continue;
    compare(`${side} index's address`, before.address, after.address);
    compare(`${side} index's dimension`, number(before.dimension), number(after.dimension));
    compare(`${side} index's metric`, before.metric, after.metric);
  }
  return moved;
}

const vectorWords = ({ vectors }: RunSettings) =>
  vectors === "source" ? "copied from the source" : "made of the text";

const differ = (one: string | undefined, other: string | undefined) =>
  one !== undefined && other !== undefined && one !== other;

/** `model gemini-embedding-001, dimension 3,072; now model gemini-embedding-2, dimension 1,536`. */
export function movedWords(moved: readonly Moved[]): string {
  const of = (time: "before" | "now") => moved.map((one) => `${one.name} ${one[time]}`).join(", ");
  return `${of("before")}; now ${of("now")}`;
}

/**
 * Refuses to go on in another world than a run's own: its vectors would be of two models in one namespace, or go where nobody meant them.
 * @throws OperatorError `route-moved` (exit code 4) with both values
 */
export function refuseMoved(runId: string, then: RunSettings, now: RunSettings): void {
  const moved = movedWorld(then, now);
  if (moved.length > 0) throw routeMoved(runId, movedWords(moved));
}

export function routeMoved(runId: string, words: string): OperatorError {
  return new OperatorError({
    kind: "refused",
    code: "route-moved",
    what: `${runId} was made for ${words}.`,
    notLost: "Nothing was embedded or written since; what it wrote before stays.",
    next: `Set back what differs and resume it (portage runs resume ${runId}), or cancel it and start a new run.`,
  });
}
