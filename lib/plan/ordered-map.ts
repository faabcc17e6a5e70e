/**
 * Maps with up to `concurrency` calls under way and yields the results in the order of the input, each as soon as it and those before
 * it are there: neither waits for the next item, nor keeps the next item waiting while there is room. Memory: `concurrency` items and
 * one read ahead. The first failure ends it.
 */
export async function* orderedMap<T, R>(
  items: AsyncIterable<T>,
  concurrency: number,
  map: (item: T) => Promise<R>,
): AsyncGenerator<R> {
  const source = items[Symbol.asyncIterator]();
  const underWay: Promise<R>[] = [];
  let ahead: Promise<IteratorResult<T>> | null = null;
  let ended = false;
  try {
    while (!ended || underWay.length > 0) {
      const first = underWay[0];
      if (!ended && underWay.length < concurrency) {
        ahead ??= source.next();
        const came: IteratorResult<T> | "result" = await (first ? Promise.race([ahead, settled(first)]) : ahead);
        if (came !== "result") {
          ahead = null;
          if (came.done) ended = true;
          else underWay.push(handled(map(came.value)));
          continue;
        }
      }
      if (!first) continue;
      const result = await first;
      underWay.shift();
      yield result;
    }
  } finally {
    ahead?.catch(() => {});
    // Not awaited: a source that waits for its next item gives up when that comes.
    source.return?.(undefined).catch(() => {});
    await Promise.allSettled(underWay);
  }
}

/** A promise that is awaited in its turn: a failure before that is not an unhandled one. */
function handled<R>(promise: Promise<R>): Promise<R> {
  promise.catch(() => {});
  return promise;
}

function settled(promise: Promise<unknown>): Promise<"result"> {
  return promise.then(
    () => "result",
    () => "result",
  );
}
