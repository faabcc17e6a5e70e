/**
 * Maps with up to `concurrency` calls under way and yields the results in the order of the input. Reads at most `concurrency`
 * items ahead, so memory is bounded; the first failure ends it.
 */
export async function* orderedMap<T, R>(
  items: AsyncIterable<T>,
  concurrency: number,
  map: (item: T) => Promise<R>,
): AsyncGenerator<R> {
  const underWay: Promise<R>[] = [];
  try {
    for await (const item of items) {
      const started = map(item);
      // Awaited in its turn below; a failure before that is not an unhandled one.
      started.catch(() => {});
      underWay.push(started);
      const first = underWay.length >= concurrency ? underWay.shift() : undefined;
      if (first) yield await first;
    }
    for (let first = underWay.shift(); first; first = underWay.shift()) yield await first;
  } finally {
    await Promise.allSettled(underWay);
  }
}
