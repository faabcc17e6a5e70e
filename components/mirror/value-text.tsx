"use client";

import { useState } from "react";
import { cx } from "@/components/ui/cx";
import { bytesWords, countWords, manyWords } from "@/components/words/figures";
import type { Value } from "./sides";
import { compareItems, compareWords, differByComposition, type FoldedPiece, foldAlike, glyphsOf } from "./text-marks";

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
          … {manyWords(piece.omitted, "character")} alike …
        </span>
      );
    const key = `${at.toString()} ${piece.only ? "only" : "both"}`;
    if (!piece.only) return <Glyphs key={key} text={piece.text} composition={composition} />;
    const Mark = side === "source" ? "ins" : "del";
    return (
      <Mark
        key={key}
        className={cx(
          "rounded-sm bg-sunken font-medium decoration-1 underline-offset-2",
          side === "source" ? "text-create underline" : "text-orphan line-through",
        )}
      >
        <Glyphs text={piece.text} composition={composition} />
      </Mark>
    );
  });
}

type Side = "source" | "target";
const kindOf = (value: Value) => (Array.isArray(value) ? "list" : typeof value === "string" ? "text" : typeof value);

/** One side's value of a key, marked where the other side's differs. Text is only ever shown as text. */
export function ValueText({ value, other, side }: { value: Value; other: Value | undefined; side: Side }) {
  const [whole, setWhole] = useState(false);
  const differs = other !== undefined && kindOf(other) !== kindOf(value);
  const length = typeof value === "string" ? value.length : Array.isArray(value) ? value.join("").length : 0;
  const folded = length > foldedAbove && !whole;
  return (
    <div className="min-w-0">
      <div className={cx("wrap-anywhere", folded && "max-h-80 overflow-hidden")}>
        <bdi className="block whitespace-pre-wrap">{content(value, other, side, folded)}</bdi>
      </div>
      {differs && <p className="text-xs text-quiet">{kindOf(value)}</p>}
      {length > foldedAbove && (
        <button
          type="button"
          aria-expanded={whole}
          onClick={() => setWhole(!whole)}
          className="mt-1 rounded-sm text-xs text-accent underline underline-offset-2"
        >
          {whole ? "Fold" : `Show all ${countWords(length)} characters, ${bytesWords(sizeOf(value))}`}
        </button>
      )}
    </div>
  );
}

const sizeOf = (value: Value) =>
  new TextEncoder().encode(typeof value === "string" ? value : JSON.stringify(value)).length;

function content(value: Value, other: Value | undefined, side: Side, folded: boolean) {
  if (typeof value === "string") {
    if (value === "") return <span className="text-quiet">(empty text)</span>;
    if (typeof other !== "string" || other === value) return <Glyphs text={value} />;
    const [source, target] = side === "source" ? [value, other] : [other, value];
    const pieces = compareWords(source, target)[side];
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
    const [source, target] = side === "source" ? [value, other] : [other, value];
    const items =
      Array.isArray(source) && Array.isArray(target)
        ? compareItems(source, target)[side]
        : value.map((text) => ({ text, only: false }));
    return items.map((item, at) => (
      <span key={`${at.toString()} item`} className="flex gap-1.5">
        <span aria-hidden className="figures text-quiet select-none">
          {at + 1}.
        </span>
        <span className="min-w-0">
          <Pieces pieces={[item]} side={side} composition={false} />
        </span>
      </span>
    ));
  }
  return <span className="font-mono text-[12.5px]">{String(value)}</span>;
}
