import type { Reason } from "@/lib/shapes/runs/reason";
import type { RecordHead } from "@/lib/stores/contract";

/** There is nothing under the text key that could be embedded. */
export function isTextless(reason: Reason): boolean {
  return reason === "no-text" || reason === "empty-text" || reason === "text-not-a-string";
}

/** Records that are looked at; more would say the same. */
const mostRecords = 1000;
/** A text that is worth embedding has at least so many characters; names and IDs have fewer. */
const longText = 80;
const keysKept = 5;

/** Keys whose values are long strings, most frequent first. `json`: it is a JSON document, of which the text may be a part. */
export type LongTexts = { seen: number; keys: { key: string; count: number; json: boolean }[] };

/** Which keys hold long texts in records without a usable text: where it may be instead. */
export class TextKeySample {
  private seen = 0;
  private readonly keys = new Map<string, { count: number; json: boolean }>();

  add({ metadata }: RecordHead): void {
    if (this.seen >= mostRecords) return;
    this.seen++;
    for (const [key, value] of Object.entries(metadata)) {
      if (typeof value !== "string" || value.length < longText) continue;
      const known = this.keys.get(key) ?? { count: 0, json: /^\s*[{[]/.test(value) };
      this.keys.set(key, { ...known, count: known.count + 1 });
    }
  }

  /** `null`: every record had its text. */
  summary(): LongTexts | null {
    if (this.seen === 0) return null;
    const keys = [...this.keys].map(([key, of]) => ({ key, ...of })).sort((a, b) => b.count - a.count);
    return { seen: this.seen, keys: keys.slice(0, keysKept) };
  }
}
