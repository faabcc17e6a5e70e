import type { DocumentHead } from "@/lib/documents/contract";
import type { ClearanceWork } from "../compare/work";
import { Drained } from "../lifecycle/interruptions";
import { type Bucket, commitClearanceChunks, emptyBucket, noteProgress } from "./plan-chunk";
import type { PlannedDocument } from "./plan-sort";
import { DocumentSpill, type Spilled } from "./plan-spill";

/** Changes in one chunk. */
const chunkSize = 1000;
/** Changes that wait for others of their namespace: documents come mixed, and there may be more namespaces than fit. */
const mostWaiting = 20_000;
/** Fewer changes aren't worth a chunk while more of their namespace may come. */
const leastChunk = 250;
/** A document that is left alone takes no room, but a chunk is written down after so many all the same. */
const mostUnchanged = 50_000;
/** Chunks written down at once, at most. */
const mostTogether = 100;
const tellAtMostEveryMs = 200;
const noteAtLeastEveryMs = 1000;

type Sort = (head: DocumentHead) => PlannedDocument;

/**
 * Gathers a scan's documents by namespace into chunks and writes those down. Holds a bounded number of documents however many there are:
 * where too many wait in too many namespaces, they are sorted on disk. For one caller at a time.
 */
export class ChunkCollector {
  private readonly buckets = new Map<string, Bucket>();
  private ready: Bucket[] = [];
  private readySize = 0;
  private spill: DocumentSpill | null = null;
  private waiting = 0;
  private sequence = 0;
  private documents = 0;
  private problems = 0;
  private toldAt = 0;
  private notedAt = performance.now();

  constructor(
    private readonly work: ClearanceWork,
    private readonly sort: Sort,
  ) {}

  /** Takes documents; resolves, with what is planned for each, once there is room for more. */
  async take(heads: readonly DocumentHead[]): Promise<PlannedDocument[]> {
    const planned = heads.map(this.sort);
    for (const document of planned) {
      this.documents++;
      if (document.kind === "problem") this.problems++;
      await this.put(document);
    }
    if (this.waiting > mostWaiting) await this.makeRoom();
    if (performance.now() - this.notedAt >= noteAtLeastEveryMs)
      await noteProgress(this.work.parts.database, this.work, this.progressed(), this.sequence);
    return planned;
  }

  /** Writes down what is left. */
  async end(): Promise<void> {
    if (this.spill !== null) await this.readSpilled(this.spill);
    for (const bucket of [...this.buckets.values()]) await this.commit(bucket);
    await this.flush();
  }

  /** Frees the disk. To be called however the scan ended. */
  async close(): Promise<void> {
    await this.spill?.close();
    this.spill = null;
  }

  private async put(document: PlannedDocument): Promise<void> {
    const bucket = this.buckets.get(document.namespace) ?? emptyBucket(document.namespace);
    this.buckets.set(document.namespace, bucket);
    switch (document.kind) {
      case "right":
      case "kept":
        bucket.unchanged++;
        if (bucket.unchanged >= mostUnchanged) await this.commit(bucket);
        return;
      case "create":
        bucket.creates.push(document);
        break;
      case "update":
        bucket.updates.push(document);
        break;
      case "problem":
        bucket.problems.push(document);
    }
    this.waiting++;
    if (sizeOf(bucket) >= chunkSize) await this.commit(bucket);
  }

  private async makeRoom(): Promise<void> {
    for (const bucket of [...this.buckets.values()]) if (sizeOf(bucket) >= leastChunk) await this.commit(bucket);
    if (this.waiting <= mostWaiting / 2) return;
    this.spill ??= await DocumentSpill.open(this.work);
    await this.spillAll(this.spill);
  }

  private async spillAll(spill: DocumentSpill): Promise<void> {
    const spilled: Spilled[] = [];
    for (const bucket of this.buckets.values()) {
      for (const { namespace, head, change } of [...bucket.creates, ...bucket.updates, ...bucket.problems])
        spilled.push({ namespace, id: change.id, head });
      bucket.creates = [];
      bucket.updates = [];
      bucket.problems = [];
    }
    this.waiting = 0;
    await spill.put(spilled);
  }

  /** One namespace after the other: each is written down when the next begins. */
  private async readSpilled(spill: DocumentSpill): Promise<void> {
    await this.spillAll(spill);
    let namespace: string | null = null;
    for await (const heads of spill.read()) {
      if (this.work.drain.aborted) throw new Drained();
      for (const document of heads.map(this.sort)) {
        const ended = namespace === null || namespace === document.namespace ? undefined : this.buckets.get(namespace);
        if (ended) await this.commit(ended);
        namespace = document.namespace;
        await this.put(document);
      }
    }
  }

  /** Small chunks share a trip to the database. */
  private async commit(bucket: Bucket): Promise<void> {
    this.buckets.delete(bucket.namespace);
    this.ready.push(bucket);
    const size = sizeOf(bucket);
    this.waiting -= size;
    this.readySize += size;
    if (this.readySize >= chunkSize || this.ready.length >= mostTogether) await this.flush();
  }

  private async flush(): Promise<void> {
    const { ready } = this;
    if (ready.length === 0) return;
    const first = this.sequence;
    this.sequence += ready.length;
    this.ready = [];
    this.readySize = 0;
    await commitClearanceChunks(this.work, first, ready, this.progressed());
  }

  private progressed() {
    const now = performance.now();
    const tell = now - this.toldAt >= tellAtMostEveryMs;
    if (tell) this.toldAt = now;
    this.notedAt = now;
    const { documents, problems } = this;
    this.documents = 0;
    this.problems = 0;
    return { documents, problems, tell };
  }
}

const sizeOf = ({ creates, updates, problems }: Bucket) => creates.length + updates.length + problems.length;
