"use client";

import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef } from "react";
import { Difference, RowPicture, SideCount } from "@/components/namespaces/counts";
import { NamespaceName } from "@/components/ui/identifier";
import { useNarrow } from "@/components/ui/narrow";
import { useRowKeys } from "@/components/ui/row-keys";
import { Skeleton } from "@/components/ui/skeleton";
import { Cell, HeadCell, Row } from "@/components/ui/table";
import type { NamespaceRow } from "@/lib/shapes/namespaces";
import { type Choice, isChosen } from "./choice";

type TableProps = {
  matching: number;
  rowAt(index: number): NamespaceRow | undefined;
  onShown(shown: { first: number; last: number }): void;
  choice: Choice;
  disabled: boolean;
  verb: string;
  onToggle(name: string): void;
};

/** The list to choose from, in a frame of its own; only the rows in view are rendered. */
export function PickerTable({ matching, rowAt, onShown, choice, disabled, verb, onToggle }: TableProps) {
  const frame = useRef<HTMLDivElement>(null);
  const narrow = useNarrow();
  const height = narrow ? 44 : 32;
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
    const row = rowAt(index);
    if (row && !disabled) onToggle(row.name);
  };
  const keys = useRowKeys({
    count: matching,
    reveal: (index) => virtual.scrollToIndex(index, { align: "auto" }),
    onOpen: choose,
    onChoose: choose,
  });
  return (
    <div ref={frame} className="max-h-90 overflow-y-auto rounded-md border border-line bg-surface">
      <table
        aria-label="Namespaces to choose from"
        aria-rowcount={matching + 1}
        className="w-full table-fixed border-separate border-spacing-0 text-sm"
      >
        <thead className="sticky top-0 z-10 bg-surface">
          <tr aria-rowindex={1}>
            <HeadCell className="w-10">
              <span className="sr-only">Chosen</span>
            </HeadCell>
            <HeadCell>Namespace</HeadCell>
            <HeadCell className="hidden w-[26%] md:table-cell">Source to target</HeadCell>
            <HeadCell number className="hidden w-24 sm:table-cell">
              Source
            </HeadCell>
            <HeadCell number className="hidden w-24 sm:table-cell">
              Target
            </HeadCell>
            <HeadCell number className="w-24">
              Difference
            </HeadCell>
          </tr>
        </thead>
        <tbody {...keys.body}>
          {first > 0 && <tr aria-hidden style={{ height: items[0]?.start ?? 0 }} />}
          {items.map(({ index }) => {
            const row = rowAt(index);
            const chosen = row !== undefined && isChosen(choice, row.name);
            return (
              <Row
                key={index}
                {...keys.row(index)}
                aria-rowindex={index + 2}
                aria-selected={chosen}
                className={
                  chosen
                    ? "cursor-pointer bg-accent-wash *:border-b *:border-line"
                    : "cursor-pointer *:border-b *:border-line"
                }
                style={{ height }}
                onClick={() => choose(index)}
              >
                {row ? (
                  <>
                    <Cell>
                      <input
                        type="checkbox"
                        tabIndex={-1}
                        checked={chosen}
                        disabled={disabled}
                        aria-label={`${verb} ${row.name === "" ? "the default namespace" : row.name}`}
                        onClick={(event) => event.stopPropagation()}
                        onChange={() => choose(index)}
                        className="block"
                      />
                    </Cell>
                    <Cell className="overflow-hidden">
                      <span className="flex min-w-0">
                        <NamespaceName name={row.name} />
                      </span>
                    </Cell>
                    <Cell className="hidden md:table-cell">
                      <RowPicture row={row} />
                    </Cell>
                    <Cell number className="hidden sm:table-cell">
                      <SideCount count={row.source} />
                    </Cell>
                    <Cell number className="hidden sm:table-cell">
                      <SideCount count={row.target} />
                    </Cell>
                    <Cell number>
                      <Difference row={row} />
                    </Cell>
                  </>
                ) : (
                  <Cell colSpan={2}>
                    <Skeleton className="h-3 w-64" />
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
