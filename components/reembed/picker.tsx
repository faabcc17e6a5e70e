"use client";

import { useMutation } from "@tanstack/react-query";
import { useVirtualizer } from "@tanstack/react-virtual";
import { X } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import type { Browse } from "@/components/data/queries";
import { Difference, RowPicture, SideCount } from "@/components/namespaces/counts";
import { useInventory } from "@/components/namespaces/use-inventory";
import { Button } from "@/components/ui/button";
import { useDebounced } from "@/components/ui/debounced";
import { SearchField, Select } from "@/components/ui/field";
import { NamespaceName } from "@/components/ui/identifier";
import { useNarrow } from "@/components/ui/narrow";
import { useRowKeys } from "@/components/ui/row-keys";
import { Skeleton } from "@/components/ui/skeleton";
import { ProblemNote } from "@/components/ui/states";
import { Cell, HeadCell, Row } from "@/components/ui/table";
import { countWords, manyWords } from "@/components/words/figures";
import type { NamespaceRow } from "@/lib/shapes/namespaces";
import { add, type Choice, isChosen, isEmpty, toggle } from "./choice";
import { mostNames, namesMatching } from "./names-matching";

type Props = { choice: Choice; onChange(choice: Choice): void; disabled: boolean };

/** Namespaces with their counts, to be searched and chosen: one by one, all that match, or simply all. */
export function Picker({ choice, onChange, disabled }: Props) {
  const [search, setSearch] = useState("");
  const [only, setOnly] = useState<Browse["only"]>("left");
  const [shown, setShown] = useState({ first: 0, last: 0 });
  const settled = useDebounced(search.trim(), 250);
  const browse: Browse = { search: settled, only, sort: "difference", direction: "descending" };
  const inventory = useInventory(browse, shown);
  const { matching, totals } = inventory;
  const choosing = useMutation({
    mutationFn: () => namesMatching(browse, matching),
    networkMode: "always",
    onSuccess: (names) => onChange(add(choice, names)),
  });
  const listed = Array.from({ length: Math.min(matching, 100) }, (_, index) => inventory.rowAt(index)?.name);
  const addable =
    settled !== "" && inventory.loaded && !inventory.stale && !listed.includes(settled) && !isChosen(choice, settled);

  return (
    <div>
      <div className="mb-2 flex flex-wrap gap-2">
        <SearchField
          label="Search, or paste a namespace ID"
          value={search}
          onChange={setSearch}
          className="min-w-0 flex-1 basis-64"
        />
        <Select
          aria-label="Which namespaces"
          value={only}
          onChange={(event) => setOnly(event.target.value === "left" ? "left" : "all")}
        >
          <option value="left">With records left{totals ? ` (${countWords(totals.left)})` : ""}</option>
          <option value="all">All{totals ? ` (${countWords(totals.namespaces)})` : ""}</option>
        </Select>
      </div>
      {inventory.error && !inventory.loaded && <ProblemNote error={inventory.error} retry={inventory.retry} />}
      {!inventory.loaded && !inventory.error && <Skeleton className="h-90 w-full rounded-md" />}
      {inventory.loaded && matching > 0 && (
        <PickerTable
          matching={matching}
          rowAt={inventory.rowAt}
          onShown={setShown}
          choice={choice}
          disabled={disabled}
          onToggle={(name) => onChange(toggle(choice, name))}
        />
      )}
      {inventory.loaded && matching === 0 && (
        <p className="rounded-md border border-line bg-surface px-4 py-6 text-quiet">
          {settled === ""
            ? "No namespace has records left: everything in the source is in the target by count."
            : "No namespace of the list matches."}
        </p>
      )}
      <div className="mt-2 flex flex-wrap items-center gap-2 text-sm">
        {addable && (
          <Button
            onClick={() => {
              onChange(add(choice, [settled]));
              setSearch("");
            }}
          >
            <span className="max-w-60 truncate">Choose exactly {settled}</span>
          </Button>
        )}
        {!choice.all && matching > 1 && matching <= mostNames && (
          <Button disabled={disabled} busy={choosing.isPending} onClick={() => choosing.mutate()}>
            Choose {settled === "" && only === "all" ? "these" : "the"} {countWords(matching)}
            {settled !== "" || only !== "all" ? " shown" : ""}
          </Button>
        )}
        {!choice.all && (
          <Button disabled={disabled} onClick={() => onChange({ all: true })}>
            Choose all, new ones too
          </Button>
        )}
        {choosing.error && <ProblemNote error={choosing.error} />}
      </div>
      <Chosen choice={choice} onChange={onChange} disabled={disabled} />
    </div>
  );
}

const namedAtMost = 12;

function Chosen({ choice, onChange, disabled }: Props) {
  if (isEmpty(choice)) return <p className="mt-3 text-quiet">Nothing chosen yet.</p>;
  const names = choice.all ? [] : choice.names;
  return (
    <div className="mt-3 flex flex-wrap items-center gap-x-2 gap-y-1.5" role="status">
      <span className="font-medium">
        {choice.all ? "All namespaces of the source chosen" : `${manyWords(names.length, "namespace")} chosen`}
      </span>
      {names.slice(0, namedAtMost).map((name) => (
        <span key={name} className="flex h-7 max-w-full items-center rounded-sm border border-line bg-surface pl-2">
          <NamespaceName name={name} className="max-w-48" />
          <button
            type="button"
            disabled={disabled}
            aria-label={`Don't re-embed ${name === "" ? "the default namespace" : name}`}
            onClick={() => onChange(toggle(choice, name))}
            className="grid size-7 place-items-center rounded-sm text-quiet hover:text-ink"
          >
            <X aria-hidden className="size-3.5" />
          </button>
        </span>
      ))}
      {names.length > namedAtMost && (
        <span className="text-quiet">and {countWords(names.length - namedAtMost)} more</span>
      )}
      <Button look="quiet" disabled={disabled} onClick={() => onChange({ all: false, names: [] })}>
        Choose none
      </Button>
    </div>
  );
}

type TableProps = {
  matching: number;
  rowAt(index: number): NamespaceRow | undefined;
  onShown(shown: { first: number; last: number }): void;
  choice: Choice;
  disabled: boolean;
  onToggle(name: string): void;
};

function PickerTable({ matching, rowAt, onShown, choice, disabled, onToggle }: TableProps) {
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
                        aria-label={`Re-embed ${row.name === "" ? "the default namespace" : row.name}`}
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
