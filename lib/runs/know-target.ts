import type { VectorTarget } from "@/lib/stores/contract";
import type { Work } from "./work";

const known = new WeakMap<VectorTarget, Set<string>>();

/**
 * Looks at the target's index once for as long as this process has it open: what it can take (sparse values) depends on the index, and
 * `target.can` tells it only from then on.
 */
export async function knowTarget({ parts, held, calls }: Work): Promise<void> {
  const { target } = parts;
  const { index } = held.settings.target;
  const indexes = known.get(target) ?? new Set();
  if (indexes.has(index)) return;
  await calls.make([], (signal) => target.inspect(index, { signal }));
  known.set(target, indexes.add(index));
}
