"use client";

import { Difference, SideCells } from "@/components/namespaces/counts";
import { ChooseCell, ChooseHead } from "@/components/ui/choose-cell";
import { NamespaceName } from "@/components/ui/identifier";
import { LongTable } from "@/components/ui/long-table";
import { useNarrow } from "@/components/ui/narrow";
import { Skeleton } from "@/components/ui/skeleton";
import { Cell, HeadCell } from "@/components/ui/table";
import type { NamespaceRow } from "@/lib/shapes/namespaces/namespaces";
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

/** The list to choose from; only the rows in view are rendered. */
export function PickerTable({ matching, rowAt, onShown, choice, disabled, verb, onToggle }: TableProps) {
  const narrow = useNarrow();
  const choose = (index: number) => {
    const row = rowAt(index);
    // One that only the target has can't be read from the source.
    if (row && !disabled && row.source !== null) onToggle(row.name);
  };
  const chosenAt = (index: number) => {
    const row = rowAt(index);
    return row !== undefined && isChosen(choice, row.name);
  };
  return (
    <LongTable
      label="Namespaces to choose from"
      count={matching}
      rowHeight={narrow ? 44 : 32}
      className="max-h-90"
      onShown={onShown}
      onOpen={choose}
      onChoose={choose}
      isChosen={chosenAt}
      head={
        <>
          <ChooseHead />
          <HeadCell>Namespace</HeadCell>
          <HeadCell className="hidden w-[20%] lg:table-cell">Source to target</HeadCell>
          <HeadCell number className="hidden w-24 sm:table-cell">
            Source
          </HeadCell>
          <HeadCell number className="hidden w-24 sm:table-cell">
            Target
          </HeadCell>
          <HeadCell number className="w-34 sm:w-56">
            Difference
          </HeadCell>
        </>
      }
      waiting={
        <Cell colSpan={2}>
          <Skeleton className="h-3 w-64" />
        </Cell>
      }
      cells={(index) => {
        const row = rowAt(index);
        return (
          row && (
            <>
              <ChooseCell
                label={`${verb} ${row.name === "" ? "the default namespace" : row.name}`}
                chosen={chosenAt(index)}
                disabled={disabled || row.source === null}
                onChoose={() => choose(index)}
              />
              <Cell className="overflow-hidden">
                <span className="flex min-w-0">
                  <NamespaceName name={row.name} />
                </span>
              </Cell>
              <SideCells row={row} />
              <Cell number>
                <Difference row={row} />
              </Cell>
            </>
          )
        );
      }}
    />
  );
}
