import { diffArrays, diffWordsWithSpace } from "diff";

/** A stretch of one side's text: the same on the other side, or only here. */
export type Piece = { text: string; only: boolean };
export type Compared = { before: Piece[]; after: Piece[] };

/** Comparing very different long texts takes long: after this many milliseconds a coarser comparison does. */
const patience = 150;

type Part = { value: string; added: boolean; removed: boolean };

/** Two texts compared by words: what stands only in the old one, what only in the new one, and what in both. */
export function compareWords(before: string, after: string): Compared {
  const parts = diffWordsWithSpace(before, after, { timeout: patience });
  return parts ? sidesOf(parts) : compareEnds(before, after);
}

function sidesOf(parts: readonly Part[]): Compared {
  const side = (own: "added" | "removed", other: "added" | "removed") =>
    parts.filter((part) => !part[other]).map((part) => ({ text: part.value, only: part[own] }));
  return { before: side("removed", "added"), after: side("added", "removed") };
}

/** The coarse comparison: what both begin and end with is the same, all between differs. */
export function compareEnds(before: string, after: string): Compared {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start++;
  let end = 0;
  while (end < shorter - start && before.at(-1 - end) === after.at(-1 - end)) end++;
  const cut = (text: string): Piece[] =>
    [
      { text: text.slice(0, start), only: false },
      { text: text.slice(start, text.length - end), only: true },
      { text: text.slice(text.length - end), only: false },
    ].filter((piece) => piece.text !== "");
  return { before: cut(before), after: cut(after) };
}

/** A piece of a folded text, or how many characters that are unchanged were left out at this place. */
export type FoldedPiece = Piece | { omitted: number };
const around = 120;

/** What differs with some of what stands around it; long stretches that are unchanged are left out and counted. */
export function foldAlike(pieces: readonly Piece[]): FoldedPiece[] {
  return pieces.flatMap((piece, at): FoldedPiece[] => {
    const head = at === 0 ? 0 : around;
    const tail = at === pieces.length - 1 ? 0 : around;
    const omitted = piece.text.length - head - tail;
    if (piece.only || omitted <= around) return [piece];
    const parts = [
      { text: piece.text.slice(0, head), only: false },
      { omitted },
      { text: piece.text.slice(piece.text.length - tail), only: false },
    ];
    return parts.filter((part) => !("text" in part) || part.text !== "");
  });
}

/** An item of a list with its place in it. */
export type Item = Piece & { at: number };
export type FoldedItem = Item | { omitted: number };

/** Two lists compared item by item, in order. */
export function compareItems(before: readonly string[], after: readonly string[]): { before: Item[]; after: Item[] } {
  const parts = diffArrays([...before], [...after]);
  const side = (own: "added" | "removed", other: "added" | "removed") =>
    parts
      .filter((part) => !part[other])
      .flatMap((part) => part.value.map((text) => ({ text, only: part[own] })))
      .map((piece, at) => ({ ...piece, at }));
  return { before: side("removed", "added"), after: side("added", "removed") };
}

/** Items shown before and after one that differs. */
const itemsAround = 2;

/** The items that differ with some around them; longer runs of unchanged ones are left out and counted. */
export function foldItems(items: readonly Item[]): FoldedItem[] {
  const shown = new Set<number>();
  for (const { only, at } of items)
    if (only) for (let near = at - itemsAround; near <= at + itemsAround; near++) shown.add(near);
  const folded: FoldedItem[] = [];
  for (const item of items) {
    const last = folded.at(-1);
    if (shown.has(item.at)) folded.push(item);
    else if (last && "omitted" in last) last.omitted++;
    else folded.push({ omitted: 1 });
  }
  return folded;
}

/** True for texts that look alike and differ only in how their letters are put together. */
export function differByComposition(source: string, target: string): boolean {
  return source !== target && source.normalize("NFC") === target.normalize("NFC");
}

export type Glyph = { text: string; shown: "plain" } | { text: string; shown: "code"; code: string };

// Controls, formats, half a surrogate pair, spaces other than the common one, and what is never drawn.
const unseen = /(?![\n ])[\p{Cc}\p{Cf}\p{Cs}\p{Z}\p{Default_Ignorable_Code_Point}]/u;
const emojiJoins = /^\p{Extended_Pictographic}/u;

const codeOf = (character: string) =>
  `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;

const segmenter = new Intl.Segmenter("en", { granularity: "grapheme" });

/**
 * A text with what the eye can't see named by its code point. Newlines stay newlines.
 * @param composition name the code points of letters that can be put together in more than one way, too
 */
export function glyphsOf(text: string, composition = false): Glyph[] {
  const glyphs: Glyph[] = [];
  const plain = (part: string) => {
    const last = glyphs.at(-1);
    if (last?.shown === "plain") last.text += part;
    else glyphs.push({ text: part, shown: "plain" });
  };
  // A shortcut for nearly every text: nothing in it needs a name.
  if (!composition && !unseen.test(text)) return text === "" ? [] : [{ text, shown: "plain" }];
  for (const { segment } of segmenter.segment(text)) {
    if (composition && segment.normalize("NFC") !== segment.normalize("NFD")) {
      glyphs.push({ text: segment, shown: "code", code: [...segment].map(codeOf).join(" ") });
    } else if (emojiJoins.test(segment)) plain(segment);
    else
      for (const character of segment) {
        if (unseen.test(character)) glyphs.push({ text: "", shown: "code", code: codeOf(character) });
        else plain(character);
      }
  }
  return glyphs;
}
