import { byBytes } from "./folder-name";

/** Two listings in ID order as one, each ID once: `fresh` stands for what both have. */
export async function* mergeById<T>(
  standing: AsyncIterable<T>,
  fresh: Iterator<T>,
  idOf: (item: T) => string,
): AsyncGenerator<T> {
  let next = fresh.next();
  for await (const item of standing) {
    while (!next.done && byBytes(idOf(next.value), idOf(item)) < 0) {
      yield next.value;
      next = fresh.next();
    }
    if (next.done || idOf(next.value) !== idOf(item)) yield item;
  }
  for (; !next.done; next = fresh.next()) yield next.value;
}

/** What is there when nothing is. */
export async function* nothing<T>(): AsyncGenerator<T> {}
