import { compareBytes } from "@/lib/stores/byte-order";

/** Consecutive IDs of both listings, joined. `first` and `last` span all three lists. */
export type JoinedChunk = { first: string; last: string; sourceOnly: string[]; both: string[]; targetOnly: string[] };

type Listing = AsyncIterable<readonly string[]>;

/** Reads pages one ahead of what is asked for, so that two listings are fetched at the same time. */
class Cursor {
  private page: readonly string[] = [];
  private position = 0;
  private readonly pages: AsyncIterator<readonly string[]>;
  private ahead: Promise<IteratorResult<readonly string[]>>;

  constructor(listing: Listing) {
    this.pages = listing[Symbol.asyncIterator]();
    this.ahead = this.fetch();
  }

  private fetch(): Promise<IteratorResult<readonly string[]>> {
    const next = this.pages.next();
    // Handled where it is awaited; without this a failure before that would be an unhandled rejection.
    next.catch(() => {});
    return next;
  }

  /** The current ID, or `null` at the end. Synchronous while a page lasts. */
  peek(): string | null | undefined {
    return this.position < this.page.length ? this.page[this.position] : undefined;
  }

  /** Loads the next page with an ID in it; `null` at the end. */
  async load(): Promise<string | null> {
    while (this.position >= this.page.length) {
      const next = await this.ahead;
      if (next.done) return null;
      this.page = next.value;
      this.position = 0;
      this.ahead = this.fetch();
    }
    return this.page[this.position] ?? null;
  }

  advance(): void {
    this.position++;
  }

  async close(): Promise<void> {
    await this.pages.return?.(undefined);
  }
}

/** IDs of the first chunk, as many as a service lists in one page; each one after it is twice as large, up to the full size. */
const firstChunk = 100;

/**
 * Joins two listings of unique IDs in byte order into chunks of up to `size` IDs, the first ones smaller so that whoever works on them
 * can begin while the listing goes on. Memory: two pages a side and one chunk,
 * whatever the listings' length. Both listings must ascend by UTF-8 bytes; the connectors check that.
 */
export async function* mergeJoin(source: Listing, target: Listing, size = 1000): AsyncGenerator<JoinedChunk> {
  const left = new Cursor(source);
  const right = new Cursor(target);
  let chunk: JoinedChunk = { first: "", last: "", sourceOnly: [], both: [], targetOnly: [] };
  let count = 0;
  let full = Math.min(firstChunk, size);
  try {
    for (;;) {
      const a = left.peek() ?? (await left.load());
      const b = right.peek() ?? (await right.load());
      if (a === null && b === null) break;
      const order = a === null ? 1 : b === null ? -1 : compareBytes(a, b);
      const id = order <= 0 ? a : b;
      if (id === null) break;
      if (order < 0) chunk.sourceOnly.push(id);
      else if (order > 0) chunk.targetOnly.push(id);
      else chunk.both.push(id);
      if (order <= 0) left.advance();
      if (order >= 0) right.advance();
      if (count === 0) chunk.first = id;
      chunk.last = id;
      if (++count >= full) {
        yield chunk;
        chunk = { first: "", last: "", sourceOnly: [], both: [], targetOnly: [] };
        count = 0;
        full = Math.min(full * 2, size);
      }
    }
    if (count > 0) yield chunk;
  } finally {
    await Promise.all([left.close(), right.close()]);
  }
}
