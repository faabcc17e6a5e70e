"use client";

import { ChooseCell, ChooseHead } from "@/components/ui/choose-cell";
import { cx } from "@/components/ui/cx";
import { Identifier, NamespaceName } from "@/components/ui/identifier";
import { LongTable } from "@/components/ui/long-table";
import { useNarrow } from "@/components/ui/narrow";
import { Skeleton } from "@/components/ui/skeleton";
import { Cell, HeadCell } from "@/components/ui/table";
import type { Terms } from "@/components/words/terms";
import type { Change, ChangeKind } from "@/lib/shapes/plans/change";
import { reasonWords } from "@/lib/shapes/runs/reason-names";
import { visible } from "@/lib/text/visible-text";
import { changeName } from "./use-changes";

type Props = {
  kind: ChangeKind;
  terms: Terms;
  /** How many there are, loaded or not. */
  matching: number;
  rowAt(index: number): Change | undefined;
  /** The row at the top, when the list is opened and whenever it has come to rest. */
  start: number;
  onRest(index: number): void;
  onShown(shown: { first: number; last: number }): void;
  /** `null`: nothing can be chosen. */
  chosen: ReadonlyMap<string, Change> | null;
  onChoose(change: Change): void;
  /** `null`: nothing can be taken out. */
  onExclude: ((change: Change) => void) | null;
  onOpen(change: Change, index: number): void;
  /** The row that stands open beside the list. */
  current: number | null;
  manyNamespaces: boolean;
  /** Of documents: says in which index each lies. */
  manyIndexes: boolean;
  /** Says of each row whether it is applied or was taken out. */
  showsExcluded: boolean;
};

const signColours = { "+": "text-create", "-": "text-orphan", "~": "text-update" } as const;

/** The changes of a plan, a million as quickly as ten. */
export function ChangeTable(props: Props) {
  const {
    kind,
    terms,
    matching,
    rowAt,
    chosen,
    onChoose,
    onExclude,
    onOpen,
    manyNamespaces,
    manyIndexes,
    showsExcluded,
  } = props;
  const narrow = useNarrow();
  const withRow = (act: ((change: Change, index: number) => void) | null) =>
    act
      ? (index: number) => {
          const change = rowAt(index);
          if (change) act(change, index);
        }
      : undefined;
  // A document's text plays no part in setting one field of it.
  const hasText = kind === "update" && terms.one === "record";
  const columns =
    1 +
    [chosen, manyIndexes, manyNamespaces, kind === "update", hasText, kind === "problem", showsExcluded].filter(Boolean)
      .length;
  return (
    <LongTable
      label={terms.lists[kind]}
      count={matching}
      rowHeight={narrow ? 56 : 32}
      start={props.start}
      onRest={props.onRest}
      current={props.current}
      onShown={props.onShown}
      onOpen={(index) => withRow(onOpen)?.(index)}
      onChoose={withRow(chosen && onChoose)}
      onExclude={withRow(onExclude)}
      isChosen={
        chosen
          ? (index) => {
              const change = rowAt(index);
              return change !== undefined && chosen.has(changeName(change));
            }
          : undefined
      }
      head={
        <>
          {chosen && <ChooseHead />}
          <HeadCell className={kind === "create" || kind === "orphan" ? undefined : "sm:w-[32%]"}>
            {terms.one === "document" ? "Document" : "Record"}
          </HeadCell>
          {manyIndexes && <HeadCell className="w-[20%]">Index</HeadCell>}
          {manyNamespaces && <HeadCell className="hidden w-[20%] lg:table-cell">Namespace</HeadCell>}
          {kind === "update" && <HeadCell className="hidden sm:table-cell">Changes</HeadCell>}
          {hasText && <HeadCell className="hidden w-24 md:table-cell">Text</HeadCell>}
          {kind === "problem" && <HeadCell className="hidden sm:table-cell">Reason</HeadCell>}
          {showsExcluded && <HeadCell className="w-24">Include</HeadCell>}
        </>
      }
      waiting={
        <Cell colSpan={columns}>
          <Skeleton className="h-3 w-64 max-w-full" />
        </Cell>
      }
      cells={(index) => {
        const change = rowAt(index);
        if (!change) return null;
        return (
          <>
            {chosen && (
              <ChooseCell
                label={`Choose ${change.id}`}
                chosen={chosen.has(changeName(change))}
                onChoose={() => onChoose(change)}
              />
            )}
            <RecordCell change={change} withValues={terms.one === "document"} />
            {manyIndexes && (
              <Cell className="overflow-hidden">
                <span className="flex min-w-0">
                  <Identifier text={change.index ?? ""} />
                </span>
              </Cell>
            )}
            {manyNamespaces && (
              <Cell className="hidden overflow-hidden lg:table-cell">
                <span className="flex min-w-0">
                  <NamespaceName name={change.namespace} />
                </span>
              </Cell>
            )}
            {kind === "update" && (
              <>
                <Cell className="hidden overflow-hidden sm:table-cell">
                  <Signs change={change} withValues={!hasText} />
                </Cell>
                {hasText && (
                  <Cell className={cx("hidden md:table-cell", !change.textChanged && "text-quiet")}>
                    {change.textChanged ? "changed" : "unchanged"}
                  </Cell>
                )}
              </>
            )}
            {kind === "problem" && (
              <Cell className="hidden truncate sm:table-cell" title={change.detail}>
                <span className="text-problem">{change.reason && reasonWords[change.reason]}</span>{" "}
                <span className="text-quiet">{visible(change.detail ?? "")}</span>
              </Cell>
            )}
            {showsExcluded && (
              <Cell className={change.excluded ? "font-medium" : "text-quiet"}>
                {change.excluded ? "excluded" : "yes"}
              </Cell>
            )}
          </>
        );
      }}
    />
  );
}

function RecordCell({ change, withValues }: { change: Change; withValues: boolean }) {
  return (
    <Cell className="overflow-hidden">
      <span className="flex min-w-0">
        <Identifier text={change.id} />
      </span>
      <span className="block truncate text-xs sm:hidden">
        {change.reason ? (
          <span className="text-problem">{reasonWords[change.reason]}</span>
        ) : (
          <Signs change={change} withValues={withValues} />
        )}
      </span>
    </Cell>
  );
}

/** The keys that differ with their signs, as many as the line holds; where there is only one, with what it has and gets. */
function Signs({ change, withValues }: { change: Change; withValues: boolean }) {
  return (
    <span className="block truncate">
      {change.differences?.slice(0, 12).map(({ sign, key, source, target }) => (
        <span key={`${sign}${key}`} className="mr-3 font-mono text-[12.5px]">
          <span className={cx("font-semibold", signColours[sign])}>{sign}</span>
          {key.slice(0, 80)}
          {withValues && source !== undefined && (
            <span className="ml-2">
              {target !== undefined && `${JSON.stringify(target)} → `}
              {JSON.stringify(source)}
            </span>
          )}
        </span>
      ))}
    </span>
  );
}
