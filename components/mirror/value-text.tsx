"use client";

import { useState } from "react";
import { cx } from "@/components/ui/cx";
import { bytesWords, countWords, manyWords } from "@/components/words/figures";
import { valueWords } from "@/lib/shapes/plans/value-words";
import type { Value } from "./sides";
import {
  compareItems,
  compareWords,
  differByComposition,
  type FoldedItem,
  type FoldedPiece,
  foldAlike,
  foldItems,
  glyphsOf,
} from "./text-marks";

/** Longer values are folded; all of it is on the page once it is asked for. */
const foldedAbove = 700;

/** Text with its invisible characters named, kept apart from what stands around it. */
function Glyphs({ text, composition = false }: { text: string; composition?: boolean }) {
  return glyphsOf(text, composition).map((glyph, at) => {
    const key = `${at.toString()} ${glyph.shown}`;
    if (glyph.shown === "plain") return <span key={key}>{glyph.text}</span>;
    return (
      <span key={key}>
        {glyph.text}
        <span className="mx-px inline-block rounded-sm border border-control px-0.5 font-mono text-2xs leading-4 whitespace-nowrap text-ink">
          {glyph.code}
        </span>
      </span>
    );
  });
}

function Pieces({ pieces, side, composition }: { pieces: readonly FoldedPiece[]; side: Side; composition: boolean }) {
  return pieces.map((piece, at) => {
    if ("omitted" in piece)
      return (
        <span key={`${at.toString()} omitted`} className="block text-xs text-quiet">
          … {manyWords(piece.omitted, "unchanged character")} …
        </span>
      );
    const key = `${at.toString()} ${piece.only ? "only" : "both"}`;
    if (!piece.only) return <Glyphs key={key} text={piece.text} composition={composition} />;
    const Mark = side === "after" ? "ins" : "del";
    return (
      <Mark
        key={key}
        className={cx(
          "rounded-sm bg-sunken font-medium decoration-1 underline-offset-2",
          side === "after" ? "text-create underline" : "text-orphan line-through",
        )}
      >
        <Glyphs text={piece.text} composition={composition} />
      </Mark>
    );
  });
}

export type Side = "before" | "after";
const kindOf = (value: Value) => (Array.isArray(value) ? "list" : typeof value === "string" ? "text" : typeof value);

/** Longer lists are folded. */
const itemsFoldedAbove = 16;

function lengthOf(value: Value): number {
  return typeof value === "string" ? value.length : Array.isArray(value) ? value.join("").length : 0;
}

function isLong(value: Value): boolean {
  return lengthOf(value) > foldedAbove || (Array.isArray(value) && value.length > itemsFoldedAbove);
}

/** One side's value of a key, marked where the other side's differs. Text is only ever shown as text. */
export function ValueText({ value, other, side }: { value: Value; other: Value | undefined; side: Side }) {
  const [whole, setWhole] = useState(false);
  const differs = other !== undefined && kindOf(other) !== kindOf(value);
  const long = isLong(value);
  const folded = long && !whole;
  return (
    <div className="min-w-0">
      <div className={cx("wrap-anywhere", folded && "max-h-80 overflow-hidden")}>
        <bdi className="block whitespace-pre-wrap">{content(value, other, side, folded)}</bdi>
      </div>
      {differs && <p className="text-xs text-quiet">{kindOf(value)}</p>}
      {long && (
        <button
          type="button"
          aria-expanded={whole}
          onClick={() => setWhole(!whole)}
          className="mt-1 rounded-sm text-xs text-accent underline underline-offset-2"
        >
          {whole ? "Fold" : `Show all ${sizeWords(value)}`}
        </button>
      )}
    </div>
  );
}

function sizeWords(value: Value): string {
  if (Array.isArray(value)) return manyWords(value.length, "item");
  const text = valueWords(value);
  return `${countWords(text.length)} characters, ${bytesWords(new TextEncoder().encode(text).length)}`;
}

function content(value: Value, other: Value | undefined, side: Side, folded: boolean) {
  if (typeof value === "string") {
    if (value === "") return <span className="text-quiet">(empty text)</span>;
    if (typeof other !== "string" || other === value) return <Glyphs text={value} />;
    const pieces = (side === "after" ? compareWords(other, value) : compareWords(value, other))[side];
    return (
      <Pieces
        pieces={folded ? foldAlike(pieces) : pieces}
        side={side}
        composition={differByComposition(value, other)}
      />
    );
  }
  if (Array.isArray(value)) {
    if (value.length === 0) return <span className="text-quiet">(empty list)</span>;
    if (!Array.isArray(other)) {
      const items = value.map((item, at) => ({ text: valueWords(item), only: false, at }));
      return <Items items={folded ? items.slice(0, itemsFoldedAbove) : items} side={side} />;
    }
    const items = (
      side === "after" ? compareItems(texts(other), texts(value)) : compareItems(texts(value), texts(other))
    )[side];
    return <Items items={folded ? foldItems(items) : items} side={side} />;
  }
  return <span className="font-mono text-[12.5px] wrap-anywhere">{valueWords(value)}</span>;
}

const texts = (items: readonly Value[]) => items.map(valueWords);

function Items({ items, side }: { items: readonly FoldedItem[]; side: Side }) {
  return items.map((item, place) =>
    "omitted" in item ? (
      <span key={`${place.toString()} omitted`} className="block text-xs text-quiet">
        … {manyWords(item.omitted, "unchanged item")} …
      </span>
    ) : (
      <span key={`${item.at.toString()} item`} className="flex gap-1.5">
        <span aria-hidden className="figures text-quiet select-none">
          {item.at + 1}.
        </span>
        <span className="min-w-0">
          <Pieces pieces={[item]} side={side} composition={false} />
        </span>
      </span>
    ),
  );
}
