"use client";

import { useState } from "react";
import { Button } from "@/components/ui/button";
import { cx } from "@/components/ui/cx";
import { countWords, manyWords } from "@/components/words/figures";
import type { Terms } from "@/components/words/terms";
import type { ChangeKind } from "@/lib/shapes/change";
import type { RowSign, SideRow } from "./sides";
import { ValueText } from "./value-text";

const signWords: Record<Terms["one"], Record<RowSign, string>> = {
  record: {
    "+": "only in source",
    "-": "only in target: dropped",
    "~": "differs",
    kept: "kept: the target's own",
    set: "set by Portage",
    "=": "alike",
  },
  document: {
    "+": "new",
    "-": "dropped",
    "~": "OVERWRITTEN",
    kept: "kept",
    set: "set by Portage",
    "=": "stays",
  },
};
const signColours: Record<RowSign, string> = {
  "+": "text-create",
  "-": "text-orphan",
  "~": "text-update",
  kept: "text-quiet",
  set: "text-create",
  "=": "text-quiet",
};
const shownFirst = 60;

type Props = { rows: readonly SideRow[]; kind: ChangeKind; terms: Terms };

/** All keys of a record on both sides, or of a document before and after: those that differ open, those alike folded. */
export function SideTable({ rows, kind, terms }: Props) {
  const { sides } = terms;
  const document = terms.one === "document";
  const differing = rows.filter((row) => row.sign !== "=");
  const alike = rows.filter((row) => row.sign === "=");
  const folds = (kind === "update" || document) && differing.length > 0;
  const [open, setOpen] = useState(!folds);
  const [all, setAll] = useState(false);
  const wanted = open ? [...differing, ...alike] : differing;
  const shown = all ? wanted : wanted.slice(0, shownFirst);
  return (
    <>
      <table
        aria-label={document ? "Fields now and after" : "Metadata of both sides"}
        className="w-full table-fixed border-collapse text-sm"
      >
        <thead className="max-sm:sr-only">
          <tr className="border-b border-line text-left text-xs text-quiet">
            <th scope="col" className="w-[22%] py-1.5 pr-4 font-medium">
              {document ? "Field" : "Key"}
            </th>
            <th scope="col" className="py-1.5 pr-4 font-medium">
              {sides.source}
            </th>
            <th scope="col" className="py-1.5 font-medium">
              {kind === "create" ? sides.afterCreate : sides.target}
            </th>
          </tr>
        </thead>
        <tbody>
          {shown.map((row) => (
            <tr key={row.key} className="border-b border-line align-top max-sm:block max-sm:py-2">
              <th scope="row" className="py-2 pr-4 text-left font-normal max-sm:block max-sm:py-1">
                <span className="block font-mono text-[12.5px] wrap-anywhere">{row.key}</span>
                <span className={cx("block text-xs", signColours[row.sign])}>
                  {row.sign.length === 1 && <span className="font-mono font-semibold">{row.sign} </span>}
                  {signWords[terms.one][row.sign]}
                </span>
              </th>
              <SideCell row={row} side="source" title={sides.source} />
              <SideCell row={row} side="target" title={sides.target} />
            </tr>
          ))}
        </tbody>
      </table>
      <div className="mt-3 flex flex-wrap gap-2">
        {wanted.length > shown.length && (
          <Button onClick={() => setAll(true)}>
            Show all {countWords(wanted.length)} {document ? "fields" : "keys"}
          </Button>
        )}
        {folds && alike.length > 0 && (
          <Button aria-expanded={open} onClick={() => setOpen(!open)}>
            {open ? "Fold" : "Show"}{" "}
            {document
              ? `${manyWords(alike.length, "field")} that ${alike.length === 1 ? "stays" : "stay"}`
              : `${manyWords(alike.length, "key")} alike`}
          </Button>
        )}
      </div>
    </>
  );
}

function SideCell({ row, side, title }: { row: SideRow; side: "source" | "target"; title: string }) {
  const value = row[side];
  const other = row[side === "source" ? "target" : "source"];
  return (
    <td className="py-2 pr-4 max-sm:block max-sm:py-1 max-sm:pr-0">
      <span className="mb-0.5 block text-xs text-quiet sm:hidden">{title}</span>
      {value === undefined ? (
        <span className="text-quiet">not there</span>
      ) : (
        <ValueText value={value} other={other} side={side} />
      )}
    </td>
  );
}
