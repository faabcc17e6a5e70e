import { randomUUID } from "node:crypto";
import { z } from "zod";
import type { Clock } from "../clock";
import { readNote, type Storage } from "../storage/open-storage";
import { type Definition, definitionSchema } from "./definition";
import { StoredDocument } from "./document";

const lastNumber = Buffer.from("last-document-index");

function keyOf(index: number, document: number): Buffer {
  const key = Buffer.allocUnsafe(8);
  key.writeUInt32BE(index, 0);
  key.writeUInt32BE(document, 4);
  return key;
}

/** An index in memory. `live` is what reading by ID sees; `visible` is what searches see: all of the last refresh. */
export type OpenIndex = {
  definition: Definition;
  live: Map<string, StoredDocument>;
  visible: readonly StoredDocument[];
  /** Something was written since the last refresh. */
  stale: boolean;
  refreshedAt: number;
};

/** All indexes. Their documents are read from storage when they are first asked for, and every change is stored before it is answered. */
export class Library {
  readonly #open = new Map<string, OpenIndex>();
  #definitions: Map<string, Definition> | null = null;

  constructor(
    readonly storage: Storage,
    readonly clock: Clock,
    /** Milliseconds until a write is seen by searches. */
    readonly refreshMs: number,
  ) {}

  /** What was read is forgotten: the storage was filled again. */
  forget(): void {
    this.#open.clear();
    this.#definitions = null;
  }

  definitions(): Map<string, Definition> {
    this.#definitions ??= new Map(
      [...this.storage.documentIndexes.getRange()].map(({ value }) => {
        const definition = definitionSchema.parse(JSON.parse(value.toString("utf8")));
        return [definition.name, definition];
      }),
    );
    return this.#definitions;
  }

  /** Documents of an index; it must exist. */
  open(definition: Definition): OpenIndex {
    const known = this.#open.get(definition.name);
    if (known) return known;
    const live = new Map<string, StoredDocument>();
    const range = { start: keyOf(definition.number, 0), end: keyOf(definition.number + 1, 0) };
    for (const { value } of this.storage.documents.getRange(range)) {
      const document = StoredDocument.decode(value);
      live.set(document.head.id, document);
    }
    const opened = { definition, live, visible: [...live.values()], stale: false, refreshedAt: this.clock.now() };
    this.#open.set(definition.name, opened);
    return opened;
  }

  /** What a search sees now: a refresh happens by itself once the last is old enough. */
  visible(definition: Definition): readonly StoredDocument[] {
    const index = this.open(definition);
    if (index.stale && this.clock.now() - index.refreshedAt >= this.refreshMs) this.refresh(definition);
    return index.visible;
  }

  refresh(definition: Definition): void {
    const index = this.open(definition);
    if (index.stale) index.visible = [...index.live.values()];
    index.stale = false;
    index.refreshedAt = this.clock.now();
  }

  /** Inside a transaction only, like all that write. */
  create(
    wanted: Pick<Definition, "name" | "shards" | "mappings" | "aliases" | "blocks"> & Partial<Definition>,
  ): Definition {
    const number = (readNote(this.storage.notes, lastNumber, z.number()) ?? 0) + 1;
    this.storage.notes.put(lastNumber, Buffer.from(String(number)));
    const uuid = randomUUID().replaceAll("-", "").slice(0, 22);
    const definition: Definition = { closed: false, seqNo: 0, nextDocument: 0, ...wanted, number, uuid };
    this.definitions().set(definition.name, definition);
    this.save(definition);
    return definition;
  }

  save(definition: Definition): void {
    this.storage.documentIndexes.put(Buffer.from(definition.name), Buffer.from(JSON.stringify(definition)));
  }

  remove(definition: Definition): void {
    for (const document of this.open(definition).live.values()) {
      this.storage.documents.remove(keyOf(definition.number, document.head.number));
    }
    this.storage.documentIndexes.remove(Buffer.from(definition.name));
    this.definitions().delete(definition.name);
    this.#open.delete(definition.name);
  }

  /** Writes a document, the one before it by the same ID included. */
  put(definition: Definition, id: string, routing: string | null, text: string, unindexed: string[]): StoredDocument {
    const index = this.open(definition);
    const before = index.live.get(id)?.head;
    const head = {
      id,
      number: before?.number ?? definition.nextDocument++,
      routing,
      seqNo: definition.seqNo++,
      version: (before?.version ?? 0) + 1,
      unindexed,
    };
    const document = new StoredDocument(head, text);
    index.live.set(id, document);
    index.stale = true;
    this.storage.documents.put(keyOf(definition.number, head.number), document.encode());
    return document;
  }

  /** Removes a document; answers whether there was one. */
  drop(definition: Definition, id: string): boolean {
    const index = this.open(definition);
    const document = index.live.get(id);
    if (document === undefined) return false;
    index.live.delete(id);
    index.stale = true;
    definition.seqNo++;
    this.storage.documents.remove(keyOf(definition.number, document.head.number));
    return true;
  }
}
