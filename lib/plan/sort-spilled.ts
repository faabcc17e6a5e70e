import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import path from "node:path";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { compareBytes, sortedByBytes } from "@/lib/stores/byte-order";

export type SpillOptions = {
  /** A folder of its own: emptied before and removed after. */
  folder: string;
  /** IDs sorted in memory at a time; 50,000 take some 10 MB. */
  runLength?: number;
  /** IDs in one page of the answer. */
  pageSize?: number;
};

/**
 * The IDs of an unordered listing in byte order, each once, so that it can be joined like an ordered one. Sorted runs are spilled to
 * disk and merged while they are read: memory is one run and then one buffer a run, whatever the listing's length.
 */
export async function* sortSpilled(
  pages: AsyncIterable<readonly string[]>,
  { folder, runLength = 50_000, pageSize = 1000 }: SpillOptions,
): AsyncGenerator<string[]> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  try {
    const files: string[] = [];
    let run: string[] = [];
    const spill = async () => {
      const file = path.join(folder, `${files.length}.run`);
      sortedByBytes(run);
      await pipeline(Readable.from(lines(run)), createWriteStream(file));
      files.push(file);
      run = [];
    };
    for await (const page of pages) {
      run.push(...page);
      if (run.length >= runLength) await spill();
    }
    if (run.length > 0) await spill();
    yield* mergeRuns(files, pageSize);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function* lines(ids: readonly string[]): Generator<string> {
  for (let start = 0; start < ids.length; start += 1000)
    yield ids
      .slice(start, start + 1000)
      .map((id) => `${JSON.stringify(id)}\n`)
      .join("");
}

type Head = { id: string; rest: AsyncIterator<string> };

/** Merges sorted files; an ID that the listing gave twice comes out once. */
async function* mergeRuns(files: readonly string[], pageSize: number): AsyncGenerator<string[]> {
  const heap = new Heap();
  const open: AsyncIterator<string>[] = [];
  try {
    for (const file of files) {
      const rest = createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY })[
        Symbol.asyncIterator
      ]();
      open.push(rest);
      const first = await rest.next();
      if (!first.done) heap.push({ id: idOf(first.value), rest });
    }
    let page: string[] = [];
    let last: string | null = null;
    for (let head = heap.pop(); head; head = heap.pop()) {
      if (head.id !== last) page.push(head.id);
      last = head.id;
      if (page.length >= pageSize) {
        yield page;
        page = [];
      }
      const next = await head.rest.next();
      if (!next.done) heap.push({ id: idOf(next.value), rest: head.rest });
    }
    if (page.length > 0) yield page;
  } finally {
    for (const rest of open) await rest.return?.(undefined);
  }
}

function idOf(line: string): string {
  return String(JSON.parse(line));
}

/** A binary heap, the least ID on top. */
class Heap {
  private readonly heads: Head[] = [];

  push(head: Head): void {
    const { heads } = this;
    let at = heads.length;
    heads.push(head);
    while (at > 0) {
      const above = (at - 1) >> 1;
      const parent = heads[above];
      if (!parent || compareBytes(parent.id, head.id) <= 0) break;
      heads[at] = parent;
      at = above;
    }
    heads[at] = head;
  }

  pop(): Head | undefined {
    const { heads } = this;
    const top = heads[0];
    const last = heads.pop();
    if (!top || !last || heads.length === 0) return top;
    let at = 0;
    for (;;) {
      const [left, right] = [heads[2 * at + 1], heads[2 * at + 2]];
      const below = right && left && compareBytes(right.id, left.id) < 0 ? 2 * at + 2 : 2 * at + 1;
      const child = heads[below];
      if (!child || compareBytes(child.id, last.id) >= 0) break;
      heads[at] = child;
      at = below;
    }
    heads[at] = last;
    return top;
  }
}
