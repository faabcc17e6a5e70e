import { readdir, rm } from "node:fs/promises";
import path from "node:path";
import { PassThrough } from "node:stream";
import { z } from "zod";
import type { DocumentHead } from "@/lib/documents/contract";
import { sortSpilled } from "@/lib/plan/sort-spilled";
import { scalarSchema } from "@/lib/shapes/documents/clearance";
import type { ClearanceWork } from "../compare/work";

/** Stands between what lines are sorted by: no namespace and no ID of a plan holds it. */
const separator = "\0";

const headSchema = z.object({
  index: z.string(),
  id: z.string(),
  routing: z.string().nullable(),
  seqNo: z.number(),
  primaryTerm: z.number(),
  namespace: z.string().nullable(),
  found: z.boolean(),
  held: z.discriminatedUnion("state", [
    z.object({ state: z.literal("absent") }),
    z.object({ state: z.literal("value"), value: scalarSchema }),
    z.object({ state: z.literal("other"), words: z.string() }),
  ]),
}) satisfies z.ZodType<DocumentHead>;

/** A document with what it is sorted by. */
export type Spilled = { namespace: string; id: string; head: DocumentHead };

/** Documents of more namespaces than fit into memory, on disk: what is put in comes out by namespace and ID, once all were put in. */
export class DocumentSpill {
  private readonly lines = new PassThrough({ objectMode: true, highWaterMark: 2 });
  private readonly sorted: AsyncGenerator<string[]>;
  private readonly first: Promise<IteratorResult<string[]>>;

  private constructor(folder: string) {
    this.sorted = sortSpilled(this.lines, { folder });
    this.first = this.sorted.next();
    // Awaited when reading begins; a failure before that is not an unhandled one.
    this.first.catch(() => {});
  }

  /** Begins again: what a killed process left behind of this run goes. */
  static async open({ parts, held }: ClearanceWork): Promise<DocumentSpill> {
    const parent = path.join(parts.config.dataDir, "spill");
    const mine = `${held.runId}-documents-`;
    for (const name of await readdir(parent).catch(() => []))
      if (name.startsWith(mine)) await rm(path.join(parent, name), { recursive: true, force: true });
    return new DocumentSpill(path.join(parent, `${mine}${held.leaseToken}`));
  }

  /** Resolves once there is room for more. */
  async put(documents: readonly Spilled[]): Promise<void> {
    const page = documents.map(({ namespace, id, head }) => [namespace, id, JSON.stringify(head)].join(separator));
    const { lines } = this;
    if (lines.write(page)) return;
    // The sorter has failed, or takes what is there.
    await Promise.race([new Promise<void>((room) => lines.once("drain", room)), this.first]);
  }

  /** The documents in their order, in pages. */
  async *read(): AsyncGenerator<DocumentHead[]> {
    this.lines.end();
    for (let page = await this.first; !page.done; page = await this.sorted.next())
      yield page.value.map((line) => headSchema.parse(JSON.parse(line.slice(line.lastIndexOf(separator) + 1))));
  }

  /** Removes the files. */
  async close(): Promise<void> {
    this.lines.destroy();
    await this.first.catch(() => {});
    await this.sorted.return(undefined);
  }
}
