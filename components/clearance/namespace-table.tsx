"use client";

import type { BrowseDocuments } from "@/components/data/document-queries";
import { type Choice, isChosen } from "@/components/migrate/choice";
import { ChooseCell, ChooseHead } from "@/components/ui/choose-cell";
import { Count } from "@/components/ui/figure";
import { NamespaceName } from "@/components/ui/identifier";
import { LongTable } from "@/components/ui/long-table";
import { useNarrow } from "@/components/ui/narrow";
import { SidesLine } from "@/components/ui/sides-bar";
import { Skeleton } from "@/components/ui/skeleton";
import { Cell, HeadCell, SortHead } from "@/components/ui/table";
import { partsOfDocuments } from "@/components/words/clearance";
import { countWords } from "@/components/words/figures";
import type { DocumentNamespace } from "@/lib/shapes/documents/documents";
import { noNamespace } from "@/lib/shapes/names";

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

/** Every namespace of the documents, to be looked at and chosen. */
export function NamespaceTable(props: Props) {
  const { browse, matching, rowAt, onSort, choice, disabled, onToggle } = props;
  const narrow = useNarrow();
  const isRowChosen = (index: number) => {
    const row = rowAt(index);
    return row ? isChosen(choice, row.name ?? noNamespace) : choice.all;
  };
  const choose = (index: number) => {
    const row = rowAt(index);
    if (row && !disabled) onToggle(row.name ?? noNamespace);
  };
  const head = { ...browse, onSort };
  return (
    <LongTable
      label="Namespaces of the documents"
      count={matching}
      rowHeight={narrow ? 56 : 32}
      className="max-h-106"
      onShown={props.onShown}
      isChosen={isRowChosen}
      onChoose={choose}
      onOpen={choose}
      head={
        <>
          <ChooseHead />
          <SortHead {...head} name="name" label="Namespace" />
          <HeadCell className="hidden w-[24%] md:table-cell">Without and with a level</HeadCell>
          <SortHead {...head} name="documents" label="Documents" number className="hidden w-28 sm:table-cell" />
          <SortHead {...head} name="with" label="With a level" number className="hidden w-28 sm:table-cell" />
          <SortHead {...head} name="missing" label="Without" number className="w-24" />
        </>
      }
      waiting={
        <Cell colSpan={3}>
          <Skeleton className="h-3 w-64 max-w-full" />
        </Cell>
      }
      cells={(index) => {
        const row = rowAt(index);
        return row ? (
          <NamespaceCells row={row} chosen={isRowChosen(index)} disabled={disabled} choose={() => choose(index)} />
        ) : null;
      }}
    />
  );
}

type CellsProps = { row: DocumentNamespace; chosen: boolean; disabled: boolean; choose(): void };

function NamespaceCells({ row, chosen, disabled, choose }: CellsProps) {
  const without = row.documents - row.with;
  return (
    <>
      <ChooseCell
        label={`Choose ${row.name === null ? "documents without a namespace" : row.name || "the default namespace"}`}
        chosen={chosen}
        disabled={disabled}
        onChoose={choose}
      />
      <Cell className="overflow-hidden">
        <span className="flex min-w-0">
          {row.name ? (
            <NamespaceName name={row.name} />
          ) : (
            <span className="text-quiet">{row.name === "" ? "(default namespace)" : "(no namespace)"}</span>
          )}
        </span>
        <span className="block text-xs text-quiet sm:hidden">
          {countWords(row.with)} of {countWords(row.documents)} with a level
        </span>
      </Cell>
      <Cell className="hidden md:table-cell">
        <SidesLine parts={partsOfDocuments({ with: row.with, without })} tense="documents" />
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
