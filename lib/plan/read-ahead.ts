/**
 * The same items in the same order, of which up to `count` are made before they are asked for, so that whoever makes them and whoever
 * takes them work at the same time. A failure comes in its turn.
 */
export async function* readAhead<T>(items: AsyncIterable<T>, count: number): AsyncGenerator<T> {
  const source = items[Symbol.asyncIterator]();
  const made: Promise<IteratorResult<T>>[] = [];
  // An async generator queues the calls of `next` and answers them in order.
  const make = () => {
    const next = source.next();
    // Awaited in its turn below; a failure before that is not an unhandled one.
    next.catch(() => {});
    made.push(next);
  };
  try {
    for (let ahead = 0; ahead < count; ahead++) make();
    for (let first = made.shift(); first; first = made.shift()) {
      const { done, value } = await first;
      if (done) return;
      make();
      yield value;
    }
  } finally {
    await Promise.allSettled(made);
    await source.return?.();
  }
}
