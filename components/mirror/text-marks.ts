import { diffArrays, diffWordsWithSpace } from "diff";

/** A stretch of one side's text: the same on the other side, or only here. */
export type Piece = { text: string; only: boolean };
export type Sides = { source: Piece[]; target: Piece[] };

/** Comparing very different long texts takes long: after this many milliseconds a coarser comparison does. */
const patience = 150;

type Part = { value: string; added: boolean; removed: boolean };

/** Two texts compared by words: what stands only in the source, what only in the target, and what in both. */
export function compareWords(source: string, target: string): Sides {
  const parts = diffWordsWithSpace(target, source, { timeout: patience });
  return parts ? sidesOf(parts) : compareEnds(source, target);
}

function sidesOf(parts: readonly Part[]): Sides {
  const side = (left: "added" | "removed", other: "added" | "removed") =>
    parts.filter((part) => !part[other]).map((part) => ({ text: part.value, only: part[left] }));
  return { source: side("added", "removed"), target: side("removed", "added") };
}

/** The coarse comparison: what both begin and end with is the same, all between differs. */
export function compareEnds(source: string, target: string): Sides {
  const shorter = Math.min(source.length, target.length);
  let start = 0;
  while (start < shorter && source[start] === target[start]) start++;
  let end = 0;
  while (end < shorter - start && source.at(-1 - end) === target.at(-1 - end)) end++;
  const cut = (text: string): Piece[] =>
    [
      { text: text.slice(0, start), only: false },
      { text: text.slice(start, text.length - end), only: true },
      { text: text.slice(text.length - end), only: false },
    ].filter((piece) => piece.text !== "");
  return { source: cut(source), target: cut(target) };
}

/** A piece of a folded text, or how many characters that are alike were left out at this place. */
export type FoldedPiece = Piece | { omitted: number };
const around = 120;

/** What differs with some of what stands around it; long stretches that are alike are left out and counted. */
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

/** Two lists compared item by item, in order. */
export function compareItems(source: readonly string[], target: readonly string[]): Sides {
  const parts = diffArrays([...target], [...source]);
  const side = (left: "added" | "removed", other: "added" | "removed") =>
    parts.filter((part) => !part[other]).flatMap((part) => part.value.map((text) => ({ text, only: part[left] })));
  return { source: side("added", "removed"), target: side("removed", "added") };
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
