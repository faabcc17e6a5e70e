"use client";

import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef } from "react";
import type { BrowseDocuments } from "@/components/data/document-queries";
import { type Choice, isChosen } from "@/components/reembed/choice";
import { cx } from "@/components/ui/cx";
import { Count } from "@/components/ui/figure";
import { NamespaceName } from "@/components/ui/identifier";
import { useNarrow } from "@/components/ui/narrow";
import { useRowKeys } from "@/components/ui/row-keys";
import { ShoresLine } from "@/components/ui/shores-bar";
import { Skeleton } from "@/components/ui/skeleton";
import { Cell, HeadCell, Row, SortHead } from "@/components/ui/table";
import { partsOfDocuments } from "@/components/words/clearance";
import { countWords } from "@/components/words/figures";
import type { DocumentNamespace } from "@/lib/shapes/documents";

type Props = {
  browse: Pick<BrowseDocuments, "sort" | "direction">;
  matching: number;
  rowAt(index: number): DocumentNamespace | undefined;
  onShown(shown: { first: number; last: number }): void;
  onSort(sort: BrowseDocuments["sort"]): void;
  choice: Choice;
  disabled: boolean;
  onToggle(name: string): void;
};

/** Every namespace of the documents, to be looked at and chosen; only the rows in view are rendered. */
export function NamespaceTable(props: Props) {
  const { browse, matching, rowAt, onShown, onSort, choice, disabled, onToggle } = props;
  const frame = useRef<HTMLDivElement>(null);
  const narrow = useNarrow();
  const height = narrow ? 56 : 32;
  const virtual = useVirtualizer({
    count: matching,
    getScrollElement: () => frame.current,
    estimateSize: () => height,
    overscan: 10,
    scrollPaddingStart: 32,
  });
  const items = virtual.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => onShown({ first, last }), [first, last, onShown]);
  useEffect(() => {
    if (height > 0) virtual.measure();
  }, [height, virtual]);
  const choose = (index: number) => {
    const name = rowAt(index)?.name;
    if (name && !disabled) onToggle(name);
  };
  const keys = useRowKeys({
    count: matching,
    reveal: (index) => virtual.scrollToIndex(index, { align: "auto" }),
    onOpen: choose,
    onChoose: choose,
  });
  const head = { ...browse, onSort };
  return (
    <div ref={frame} className="max-h-106 overflow-y-auto rounded-md border border-line bg-surface">
      <table
        aria-label="Namespaces of the documents"
        aria-rowcount={matching + 1}
        className="w-full table-fixed border-separate border-spacing-0 text-sm"
      >
        <thead className="sticky top-0 z-10 bg-surface">
          <tr aria-rowindex={1}>
            <HeadCell className="w-10">
              <span className="sr-only">Chosen</span>
            </HeadCell>
            <SortHead {...head} name="name" label="Namespace" />
            <HeadCell className="hidden w-[24%] md:table-cell">Without and with a level</HeadCell>
            <SortHead {...head} name="documents" label="Documents" number className="hidden w-28 sm:table-cell" />
            <SortHead {...head} name="with" label="With a level" number className="hidden w-28 sm:table-cell" />
            <SortHead {...head} name="missing" label="Without" number className="w-24" />
          </tr>
        </thead>
        <tbody {...keys.body}>
          {first > 0 && <tr aria-hidden style={{ height: items[0]?.start ?? 0 }} />}
          {items.map(({ index }) => {
            const row = rowAt(index);
            const name = row?.name;
            const chosen = name ? isChosen(choice, name) : choice.all;
            return (
              <Row
                key={index}
                {...keys.row(index)}
                aria-rowindex={index + 2}
                aria-selected={chosen}
                className={cx("*:border-b *:border-line", name && "cursor-pointer", chosen && "bg-accent-wash")}
                style={{ height }}
                onClick={() => choose(index)}
              >
                {row ? (
                  <NamespaceCells row={row} chosen={chosen} disabled={disabled} choose={() => choose(index)} />
                ) : (
                  <Cell colSpan={2}>
                    <Skeleton className="h-3 w-64 max-w-full" />
                  </Cell>
                )}
              </Row>
            );
          })}
          {items.length > 0 && (
            <tr aria-hidden style={{ height: Math.max(0, virtual.getTotalSize() - (items.at(-1)?.end ?? 0)) }} />
          )}
        </tbody>
      </table>
    </div>
  );
}

type CellsProps = { row: DocumentNamespace; chosen: boolean; disabled: boolean; choose(): void };

function NamespaceCells({ row, chosen, disabled, choose }: CellsProps) {
  const without = row.documents - row.with;
  return (
    <>
      <Cell>
        {row.name && (
          <input
            type="checkbox"
            tabIndex={-1}
            checked={chosen}
            disabled={disabled}
            aria-label={`Choose ${row.name}`}
            onClick={(event) => event.stopPropagation()}
            onChange={choose}
            className="block"
          />
        )}
      </Cell>
      <Cell className="overflow-hidden">
        <span className="flex min-w-0">
          {row.name ? (
            <NamespaceName name={row.name} />
          ) : (
            <span title="Reached by choosing all namespaces" className="text-quiet">
              {row.name === "" ? "(default namespace)" : "(no namespace)"}
            </span>
          )}
        </span>
        <span className="block text-xs text-quiet sm:hidden">
          {countWords(row.with)} of {countWords(row.documents)} with a level
        </span>
      </Cell>
      <Cell className="hidden md:table-cell">
        <ShoresLine parts={partsOfDocuments({ with: row.with, without })} tense="documents" />
      </Cell>
      <Cell number className="hidden sm:table-cell">
        <Count value={row.documents} />
      </Cell>
      <Cell number className="hidden sm:table-cell">
        <Count value={row.with} />
      </Cell>
      <Cell number className={without > 0 ? "text-create" : "text-quiet"}>
        {without > 0 ? `+${countWords(without)}` : "0"}
      </Cell>
    </>
  );
}
