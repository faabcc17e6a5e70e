import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import type { asking } from "@/lib/documents/elasticsearch/asking.suite";
import type { Access } from "@/scripts/elasticsearch/obtained";
import { authorization } from "@/scripts/elasticsearch/wait-for-health";

type Ask = ReturnType<typeof asking>;

/** A document as the server stores it, and how often it was written. */
export type Stored = { version: number; source: Record<string, unknown> };

const perRequest = 1000;
const namespaces = ["alpha", "beta", "gamma"];

/** Makes documents of three namespaces, mixed; every tenth has the level 3. */
export async function someDocuments(access: Access, index: string, count: number): Promise<void> {
  for (let first = 0; first < count; first += perRequest) {
    let lines = "";
    for (let number = first; number < Math.min(count, first + perRequest); number++) {
      const source = {
        title: `Document ${number}`,
        namespace: namespaces[number % namespaces.length],
        ...(number % 10 === 0 ? { clearance_level: 3 } : {}),
        text: `Text of document ${number}`,
        pages: [number, number + 1],
      };
      lines += `{"index":{"_id":"document-${number}"}}\n${JSON.stringify(source)}\n`;
    }
    const headers = { authorization: authorization(access), "content-type": "application/x-ndjson" };
    const answer = await fetch(`${access.url}/${index}/_bulk?refresh=true`, { method: "POST", headers, body: lines });
    const text = await answer.text();
    if (!answer.ok || text.includes('"errors":true')) throw new Error(text.slice(0, 500));
  }
}

const hitsSchema = z.object({
  hits: z.object({
    hits: z.array(z.object({ _id: z.string(), _version: z.number(), _source: z.record(z.string(), z.unknown()) })),
  }),
});

/** All documents of an index, at most 10,000, by ID. */
export async function storedIn(ask: Ask, index: string): Promise<Map<string, Stored>> {
  await ask("POST", `/${index}/_refresh`);
  const answer = await ask("POST", `/${index}/_search`, { size: 10_000, version: true });
  const { hits } = hitsSchema.parse(answer.body).hits;
  return new Map(hits.map((hit) => [hit._id, { version: hit._version, source: hit._source }]));
}

const millisecondsBetween = 20;

/** The level that an editor sets on purpose. */
export const editedLevel = 2;

/**
 * Somebody who goes on editing documents, one after the other, and knows how often each was edited. The first edit of every second one
 * sets a level.
 */
export class DocumentEditor {
  private readonly counts = new Map<string, number>();
  private readonly levelled = new Set<string>();
  private editing: Promise<void> | null = null;
  private stopped = false;

  constructor(
    private readonly ask: Ask,
    private readonly index: string,
  ) {}

  start(ids: readonly string[]): void {
    this.editing = this.edit(ids);
    this.editing.catch(() => {});
  }

  /** Resolves after the last edit; throws when one failed. */
  async stop(): Promise<void> {
    this.stopped = true;
    await this.editing;
  }

  /** Edits of one document. */
  of(id: string): number {
    return this.counts.get(id) ?? 0;
  }

  /** Whether it set a level there. */
  setLevel(id: string): boolean {
    return this.levelled.has(id);
  }

  /** Documents that were edited. */
  get edited(): number {
    return this.counts.size;
  }

  private async edit(ids: readonly string[]): Promise<void> {
    for (let at = 0; !this.stopped; at = (at + 1) % ids.length) {
      const id = ids[at] ?? "";
      const edits = this.of(id) + 1;
      const level = edits === 1 && at % 2 === 0;
      // A retry inside the server, as editors have: the edit itself never fails because Portage wrote in between.
      const route = `/${this.index}/_update/${encodeURIComponent(id)}?retry_on_conflict=5`;
      const { status, body } = await this.ask("POST", route, {
        doc: { edits, ...(level ? { clearance_level: editedLevel } : {}) },
      });
      if (status !== 200) throw new Error(`${id} could not be edited: ${status} ${JSON.stringify(body)}`);
      this.counts.set(id, edits);
      if (level) this.levelled.add(id);
      await delay(millisecondsBetween);
    }
  }
}
