"use client";

import { useState } from "react";
import { Button } from "@/components/ui/button";
import { cx } from "@/components/ui/cx";
import { countWords, manyWords } from "@/components/words/figures";
import type { Terms } from "@/components/words/terms";
import type { ChangeKind } from "@/lib/shapes/plans/change";
import type { RowSign, SideRow } from "./sides";
import { type Side, ValueText } from "./value-text";

const signWords: Record<Terms["one"], Record<RowSign, string>> = {
  record: {
    "+": "added",
    "-": "removed",
    "~": "changed",
    kept: "kept from target",
    set: "set by Portage",
    source: "differs in the source",
    "=": "unchanged",
  },
  document: {
    "+": "added",
    "-": "removed",
    "~": "overwritten",
    kept: "kept",
    set: "set by Portage",
    source: "differs",
    "=": "unchanged",
  },
};
const signColours: Record<RowSign, string> = {
  "+": "text-create",
  "-": "text-orphan",
  "~": "text-update",
  kept: "text-quiet",
  set: "text-create",
  source: "text-problem",
  "=": "text-quiet",
};
const shownFirst = 60;

type Props = { rows: readonly SideRow[]; kind: ChangeKind; terms: Terms };

/** All keys of a record or fields of a document, before on the left and after on the right: those that change open, the unchanged folded. */
export function SideTable({ rows, kind, terms }: Props) {
  const { sides } = terms;
  const after = kind === "problem" && terms.one === "record" ? sides.source : sides.after;
  const document = terms.one === "document";
  const differing = rows.filter((row) => row.sign !== "=");
  const unchanged = rows.filter((row) => row.sign === "=");
  const folds = (kind === "update" || document) && differing.length > 0;
  const [open, setOpen] = useState(!folds);
  const [all, setAll] = useState(false);
  const wanted = open ? [...differing, ...unchanged] : differing;
  const shown = all ? wanted : wanted.slice(0, shownFirst);
  return (
    <>
      <table
        aria-label={document ? "Fields now and after" : "Metadata now and after"}
        className="w-full table-fixed border-collapse text-sm"
      >
        <thead className="max-sm:sr-only">
          <tr className="border-b border-line text-left text-xs text-quiet">
            <th scope="col" className="w-[22%] py-1.5 pr-4 font-medium">
              {document ? "Field" : "Key"}
            </th>
            <th scope="col" className="py-1.5 pr-4 font-medium">
              {sides.before}
            </th>
            <th scope="col" className="py-1.5 font-medium">
              {after}
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
              <SideCell row={row} side="before" title={sides.before} />
              <SideCell row={row} side="after" title={after} />
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
        {folds && unchanged.length > 0 && (
          <Button aria-expanded={open} onClick={() => setOpen(!open)}>
            {open ? "Fold" : "Show"} {manyWords(unchanged.length, document ? "unchanged field" : "unchanged key")}
          </Button>
        )}
      </div>
    </>
  );
}

function SideCell({ row, side, title }: { row: SideRow; side: Side; title: string }) {
  const value = row[side];
  const other = row[side === "before" ? "after" : "before"];
  return (
    <td className="py-2 pr-4 max-sm:block max-sm:py-1 max-sm:pr-0">
      <span className="mb-0.5 block text-xs text-quiet sm:hidden">{title}</span>
      {value === undefined ? (
        <span className="text-quiet">(missing)</span>
      ) : (
        <ValueText value={value} other={other} side={side} />
      )}
    </td>
  );
}
