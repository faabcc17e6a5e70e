import { type FailureCode, isServiceFailure, type ServiceFailure } from "@/lib/failures";
import type { Calls, Paced } from "./calls";
import type { Door } from "./door";

/** Attempts before a batch is suspected, one whose larger batch was suspected already, and a record that stands alone. */
const attemptsBefore = { batch: 4, suspected: 2, single: 5 } as const;
/** Failures that may be of what was sent: a text that crashes the service, a record whose answer is broken. */
const mayBeContent: Partial<Record<FailureCode, true>> = {
  unavailable: true,
  malformed: true,
  timeout: true,
  connection: true,
};
const isRefusal = (failure: ServiceFailure) => failure.code === "invalid" || failure.code === "too-large";

export type Splitting<I, R> = {
  calls: Calls;
  door: Door;
  idOf: (item: I) => string;
  paced: (items: readonly I[]) => readonly Paced[];
  call: (items: readonly I[], signal: AbortSignal) => Promise<R>;
  /** What came of a call that went well. */
  done: (items: readonly I[], result: R) => Promise<void> | void;
  /** One that is refused, or fails always, by itself. */
  alone: (item: I, failure: ServiceFailure) => Promise<void> | void;
  /** Asks the service for something of no consequence, where one item alone fails and nothing else is under way to tell; from that attempt on. */
  look?: { from: number; paced: readonly Paced[]; ask: (signal: AbortSignal) => Promise<unknown> };
};

type Tree<I> = { began: number; sampled: boolean; refused: { item: I; failure: ServiceFailure }[] };

/**
 * Makes one call for all items. Where it is refused for its content, or fails again and again while the service answers others, the batch
 * is split until what is bad stands alone; the others go on. Where nothing gets through, it isn't the items: an outage is waited for, and
 * refusals in the same words throughout stop the run.
 * @param paid the first call was paced already
 * @throws OperatorError `refused-throughout`; ServiceFailure and whatever else {@link Calls.make} throws
 */
export async function callSplitting<I, R>(split: Splitting<I, R>, items: readonly I[], paid = false): Promise<void> {
  const tree: Tree<I> = { began: performance.now(), sampled: false, refused: [] };
  split.door.check();
  await descend(split, tree, items, { paid, suspected: false });
  if (tree.refused.length === 0) return;
  const note = async () => {
    for (const { item, failure } of tree.refused) await split.alone(item, failure);
  };
  const [first] = tree.refused;
  if (!first || split.door.acceptedSince(tree.began)) return note();
  const content = tree.refused.filter(({ failure }) => failure.code === "invalid");
  if (content.length < tree.refused.length) return note();
  split.door.refused(
    first.failure,
    tree.refused.map(({ item }) => split.idOf(item)),
    note,
  );
}

async function descend<I, R>(
  split: Splitting<I, R>,
  tree: Tree<I>,
  items: readonly I[],
  how: { paid: boolean; suspected: boolean },
): Promise<void> {
  const [only, ...others] = items;
  if (only === undefined) return;
  const outcome = await callPatiently(split, items, how);
  if ("answer" in outcome) {
    await split.done(items, outcome.answer);
    return split.door.accepted();
  }
  const { failure, felt } = outcome;
  if (others.length === 0) {
    tree.refused.push({ item: only, failure });
    return;
  }
  let rest = felt === null ? items : items.filter((item) => item !== felt);
  if (failure.code === "invalid" && !tree.sampled) {
    tree.sampled = true;
    rest = await sample(split, tree, rest);
  }
  const suspected = !isRefusal(failure);
  const middle = Math.ceil(rest.length / 2);
  // At the same time: what gets through in one half tells that the service is there while the other one fails.
  const halves = [rest.slice(0, middle), rest.slice(middle)];
  const ended = await Promise.allSettled(halves.map((half) => descend(split, tree, half, { paid: false, suspected })));
  for (const end of ended) if (end.status === "rejected") throw end.reason;
}

/** Tries a few from all over a refused batch, each by itself: when all are refused alike, so would be the rest. Answers what is left. */
async function sample<I, R>(split: Splitting<I, R>, tree: Tree<I>, items: readonly I[]): Promise<readonly I[]> {
  const most = 5;
  if (items.length <= most) return items;
  const step = (items.length - 1) / (most - 1);
  const chosen = items.filter((_, position) => Math.round(Math.round(position / step) * step) === position);
  for (const item of chosen) await descend(split, tree, [item], { paid: false, suspected: false });
  const first = tree.refused[0];
  if (first && tree.refused.length === chosen.length && !split.door.acceptedSince(tree.began)) {
    // Counts them, and throws when they were refused alike; else each is checked by itself.
    split.door.refused(
      first.failure,
      tree.refused.map(({ item }) => split.idOf(item)),
      async () => {},
    );
  }
  return items.filter((item) => !chosen.includes(item));
}

/** `felt`: the call fails, but this one item got through by itself, so it is something among the others. */
type Patient<I, R> = { answer: R } | { failure: ServiceFailure; felt: I | null };

async function callPatiently<I, R>(
  split: Splitting<I, R>,
  items: readonly I[],
  { paid, suspected }: { paid: boolean; suspected: boolean },
): Promise<Patient<I, R>> {
  const { calls, door } = split;
  const [only, ...others] = items;
  const single = others.length === 0;
  const few = single ? attemptsBefore.single : suspected ? attemptsBefore.suspected : attemptsBefore.batch;
  const began = performance.now();
  let felt: I | null = null;
  let content = false;
  const goOn = async (failure: ServiceFailure, attempt: number): Promise<boolean> => {
    if (mayBeContent[failure.code] !== true || attempt < few) return true;
    content = door.acceptedSince(began);
    if (!content && attempt % few === 0) {
      if (!single) felt = await feel(split, items, attempt);
      content = felt !== null || (single && only !== undefined && (await answersLook(split, attempt)));
    }
    if (content) calls.noteSplit(failure, attempt);
    return !content;
  };
  try {
    const answer = await calls.make(split.paced(items), (signal) => split.call(items, signal), { paid, goOn });
    return { answer };
  } catch (error) {
    if (isServiceFailure(error) && (content || isRefusal(error))) return { failure: error, felt };
    throw error;
  }
}

/** Tries one of the items by itself, once. Answers it when it got through. */
async function feel<I, R>(split: Splitting<I, R>, items: readonly I[], attempt: number): Promise<I | null> {
  // Another one each time, from all over the batch (steps of the golden ratio).
  const item = items[Math.floor(((attempt * 0.618) % 1) * items.length)];
  if (item === undefined) return null;
  try {
    const result = await split.calls.make(split.paced([item]), (signal) => split.call([item], signal), {
      goOn: async () => false,
    });
    await split.done([item], result);
  } catch (error) {
    if (isServiceFailure(error)) return null;
    throw error;
  }
  await split.door.accepted();
  return item;
}

async function answersLook<I, R>({ calls, look }: Splitting<I, R>, attempt: number): Promise<boolean> {
  if (!look || attempt < look.from) return false;
  try {
    await calls.make(look.paced, look.ask, { goOn: async () => false });
    return true;
  } catch (error) {
    if (isServiceFailure(error)) return false;
    throw error;
  }
}
