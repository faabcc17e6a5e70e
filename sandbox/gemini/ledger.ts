import { createHash } from "node:crypto";
import { z } from "zod";
import { readNote, type Storage } from "../storage/open-storage";

const totalsSchema = z.object({
  /** Texts embedded, repeats included. */
  texts: z.number(),
  distinct: z.number(),
  /** Embeddings beyond the first of each text: what was paid for twice. */
  repeats: z.number(),
  tokens: z.number(),
});

export type LedgerTotals = z.infer<typeof totalsSchema>;

const totalsKey = Buffer.from("gemini-ledger");
const none: LedgerTotals = { texts: 0, distinct: 0, repeats: 0, tokens: 0 };
/** Repeated texts that a report names at most. */
const reported = 1000;

const digestOf = (text: string) => createHash("sha1").update(text).digest().subarray(0, 16);

/**
 * How often each text was embedded, kept durably: what survives a killed process is counted before it is answered, so a test may
 * kill the whole application and still know what was paid for twice.
 */
export class Ledger {
  constructor(readonly storage: Storage) {}

  async add(texts: readonly string[], tokens: number): Promise<void> {
    const { embedded, notes, root } = this.storage;
    await root.childTransaction(() => {
      const totals = { ...this.totals() };
      for (const text of texts) {
        const digest = digestOf(text);
        const count = (embedded.get(digest)?.readUInt32BE(0) ?? 0) + 1;
        const bytes = Buffer.alloc(4);
        bytes.writeUInt32BE(count);
        embedded.put(digest, bytes);
        if (count === 1) totals.distinct++;
        else totals.repeats++;
      }
      totals.texts += texts.length;
      totals.tokens += tokens;
      notes.put(totalsKey, Buffer.from(JSON.stringify(totals)));
    });
  }

  totals(): LedgerTotals {
    return readNote(this.storage.notes, totalsKey, totalsSchema) ?? none;
  }

  /** Digest (hex) and count of texts embedded more than once, the first thousand. */
  repeated(): Record<string, number> {
    const found: Record<string, number> = {};
    let names = 0;
    if (this.totals().repeats === 0) return found;
    for (const { key, value } of this.storage.embedded.getRange({})) {
      const count = value.readUInt32BE(0);
      if (count < 2) continue;
      found[key.toString("hex")] = count;
      if (++names === reported) break;
    }
    return found;
  }

  async reset(): Promise<void> {
    await this.storage.embedded.clearAsync();
    await this.storage.notes.remove(totalsKey);
  }
}
