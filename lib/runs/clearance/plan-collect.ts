import type { ClearanceWork } from "../work";
import { type Bucket, commitClearanceChunk, emptyBucket, noteProgress } from "./plan-chunk";
import type { PlannedDocument } from "./plan-sort";

/** Changes in one chunk. */
const chunkSize = 1000;
/** Changes that wait for others of their namespace: documents come mixed, and there may be more namespaces than fit. */
const mostWaiting = 20_000;
/** A document that is left alone takes no room, but a chunk is written down after so many all the same. */
const mostUnchanged = 50_000;
const tellAtMostEveryMs = 200;
const noteAtLeastEveryMs = 1000;

/**
 * Gathers a walk's documents by namespace into chunks and writes those down. Holds a bounded number of documents however many there are:
 * once too many wait, the fullest namespaces give up what they have. For one caller at a time.
 */
export class ChunkCollector {
  private readonly buckets = new Map<string, Bucket>();
  private waiting = 0;
  private sequence = 0;
  private documents = 0;
  private problems = 0;
  private toldAt = 0;
  private notedAt = performance.now();

  constructor(private readonly work: ClearanceWork) {}

  /** Takes documents; resolves once there is room for more. */
  async take(planned: readonly PlannedDocument[]): Promise<void> {
    for (const document of planned) {
      const bucket = this.put(document);
      if (sizeOf(bucket) >= chunkSize || bucket.unchanged >= mostUnchanged) await this.commit(bucket);
    }
    if (this.waiting > mostWaiting) await this.makeRoom();
    if (performance.now() - this.notedAt >= noteAtLeastEveryMs) {
      await noteProgress(this.work.parts.database, this.work, this.progressed(), this.sequence);
    }
  }

  /** Writes down what is left. */
  async end(): Promise<void> {
    for (const bucket of [...this.buckets.values()]) await this.commit(bucket);
  }

  private put(document: PlannedDocument): Bucket {
    const bucket = this.buckets.get(document.namespace) ?? emptyBucket(document.namespace);
    this.buckets.set(document.namespace, bucket);
    this.documents++;
    switch (document.kind) {
      case "right":
      case "kept":
        bucket.unchanged++;
        return bucket;
      case "create":
        bucket.creates.push(document);
        break;
      case "update":
        bucket.updates.push(document);
        break;
      case "problem":
        bucket.problems.push(document);
        this.problems++;
    }
    this.waiting++;
    return bucket;
  }

  private async makeRoom(): Promise<void> {
    const fullest = [...this.buckets.values()].sort((one, other) => sizeOf(other) - sizeOf(one));
    for (const bucket of fullest) {
      if (this.waiting <= mostWaiting / 2) return;
      await this.commit(bucket);
    }
  }

  private async commit(bucket: Bucket): Promise<void> {
    this.buckets.delete(bucket.namespace);
    this.waiting -= sizeOf(bucket);
    await commitClearanceChunk(this.work, this.sequence++, bucket, this.progressed());
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
