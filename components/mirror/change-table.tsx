"use client";

import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef, useState } from "react";
import { cx } from "@/components/ui/cx";
import { Identifier, NamespaceName } from "@/components/ui/identifier";
import { useNarrow } from "@/components/ui/narrow";
import { useRowKeys } from "@/components/ui/row-keys";
import { Skeleton } from "@/components/ui/skeleton";
import { Cell, HeadCell, Row } from "@/components/ui/table";
import { changeTabs } from "@/components/words/change";
import { countWords } from "@/components/words/figures";
import type { Change, ChangeKind } from "@/lib/shapes/change";
import { reasonWords } from "@/lib/shapes/reason";
import { changeName } from "./use-changes";

type Props = {
  kind: ChangeKind;
  changes: readonly Change[];
  /** More follow the ones that are here: asked for as the end comes near. */
  more: boolean;
  onEnd(): void;
  /** `null`: nothing can be chosen. */
  chosen: ReadonlySet<string> | null;
  onChoose(changes: readonly Change[], chosen: boolean): void;
  onOpen(change: Change): void;
  manyNamespaces: boolean;
  /** Says of each row whether it is applied or was taken out. */
  showsExcluded: boolean;
};

const signColours = { "+": "text-create", "-": "text-orphan", "~": "text-update" } as const;
const waiting = 8;

/** The changes of a plan, of which only the rows in the window are rendered; the page itself scrolls. */
export function ChangeTable({
  kind,
  changes,
  more,
  onEnd,
  chosen,
  onChoose,
  onOpen,
  manyNamespaces,
  showsExcluded,
}: Props) {
  const narrow = useNarrow();
  const frame = useRef<HTMLDivElement>(null);
  const [margin, setMargin] = useState(0);
  const height = narrow ? 56 : 32;
  const count = changes.length + (more ? waiting : 0);
  const virtual = useWindowVirtualizer({
    count,
    estimateSize: () => height,
    overscan: 16,
    scrollMargin: margin,
    scrollPaddingStart: 48,
    scrollPaddingEnd: narrow ? 72 : 64,
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  const ending = useRef(onEnd);
  useEffect(() => {
    ending.current = onEnd;
  });
  useEffect(() => {
    if (more && last >= changes.length - 60) ending.current();
  }, [last, changes.length, more]);
  useEffect(() => {
    const measure = () => setMargin(frame.current ? frame.current.getBoundingClientRect().top + window.scrollY : 0);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(document.body);
    return () => observer.disconnect();
  }, []);
  useEffect(() => {
    if (height > 0) virtual.measure();
  }, [height, virtual]);

  const choose = (index: number) => {
    const change = changes[index];
    if (change && chosen) onChoose([change], !chosen.has(changeName(change)));
  };
  const keys = useRowKeys({
    count: changes.length,
    reveal: (index) => virtual.scrollToIndex(index, { align: "auto" }),
    onOpen: (index) => {
      const change = changes[index];
      if (change) onOpen(change);
    },
    ...(chosen ? { onChoose: choose } : {}),
  });
  const before = (items[0]?.start ?? margin) - margin;
  const after = virtual.getTotalSize() - ((items.at(-1)?.end ?? margin) - margin);
  const all = changes.length > 0 && changes.every((change) => chosen?.has(changeName(change)));

  return (
    <div ref={frame} className="rounded-md border border-line bg-surface">
      <table
        aria-label={changeTabs[kind]}
        aria-rowcount={more ? -1 : changes.length + 1}
        className="w-full table-fixed border-separate border-spacing-0 text-sm"
      >
        <thead className="sticky top-0 z-10 bg-surface">
          <tr aria-rowindex={1}>
            {chosen && (
              <HeadCell className="w-10 rounded-tl-md">
                <input
                  type="checkbox"
                  checked={all}
                  aria-label={`Choose the ${countWords(changes.length)} rows loaded`}
                  onChange={() => onChoose(changes, !all)}
                  className="block"
                />
              </HeadCell>
            )}
            <HeadCell className={kind === "create" || kind === "orphan" ? undefined : "sm:w-[38%]"}>Record</HeadCell>
            {manyNamespaces && <HeadCell className="hidden w-[22%] lg:table-cell">Namespace</HeadCell>}
            {kind === "update" && <HeadCell className="hidden sm:table-cell">What differs</HeadCell>}
            {kind === "update" && <HeadCell className="hidden w-28 md:table-cell">Text</HeadCell>}
            {kind === "problem" && <HeadCell className="hidden sm:table-cell">Reason</HeadCell>}
            {showsExcluded && <HeadCell className="w-24 rounded-tr-md">Applied</HeadCell>}
          </tr>
        </thead>
        <tbody {...keys.body}>
          {before > 0 && <tr aria-hidden style={{ height: before }} />}
          {items.map(({ index }) => {
            const change = changes[index];
            if (!change)
              return (
                <tr key={index} aria-hidden style={{ height }}>
                  <Cell colSpan={2}>
                    <Skeleton className="h-3 w-64 max-w-full" />
                  </Cell>
                </tr>
              );
            const isChosen = chosen?.has(changeName(change)) === true;
            return (
              <Row
                key={index}
                {...keys.row(index)}
                aria-rowindex={index + 2}
                aria-selected={chosen ? isChosen : undefined}
                className={cx(
                  "cursor-pointer",
                  isChosen && "bg-accent-wash",
                  index < count - 1 && "*:border-b *:border-line",
                )}
                style={{ height }}
                onClick={() => onOpen(change)}
              >
                <ChangeCells change={change} isChosen={isChosen} choose={chosen && (() => choose(index))} />
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
                      <Signs change={change} />
                    </Cell>
                    <Cell className={cx("hidden md:table-cell", !change.textChanged && "text-quiet")}>
                      {change.textChanged ? "changed" : "the same"}
                    </Cell>
                  </>
                )}
                {kind === "problem" && (
                  <Cell className="hidden truncate sm:table-cell" title={change.detail}>
                    <span className="text-problem">{change.reason && reasonWords[change.reason]}</span>{" "}
                    <span className="text-quiet">{change.detail}</span>
                  </Cell>
                )}
                {showsExcluded && (
                  <Cell className={change.excluded ? "font-medium" : "text-quiet"}>
                    {change.excluded ? "excluded" : "yes"}
                  </Cell>
                )}
              </Row>
            );
          })}
          {after > 0 && <tr aria-hidden style={{ height: after }} />}
        </tbody>
      </table>
    </div>
  );
}

function ChangeCells({ change, isChosen, choose }: { change: Change; isChosen: boolean; choose: (() => void) | null }) {
  return (
    <>
      {choose && (
        <Cell onClick={(event) => event.stopPropagation()}>
          <input
            type="checkbox"
            tabIndex={-1}
            checked={isChosen}
            aria-label={`Choose ${change.id}`}
            onChange={choose}
            className="block"
          />
        </Cell>
      )}
      <Cell className="overflow-hidden">
        <span className="flex min-w-0">
          <Identifier text={change.id} />
        </span>
        <span className="block truncate text-xs sm:hidden">
          {change.reason ? (
            <span className="text-problem">{reasonWords[change.reason]}</span>
          ) : (
            <Signs change={change} />
          )}
        </span>
      </Cell>
    </>
  );
}

/** The keys that differ with their signs, as many as the line holds. */
function Signs({ change }: { change: Change }) {
  return (
    <span className="block truncate">
      {change.differences?.slice(0, 12).map(({ sign, key }) => (
        <span key={`${sign}${key}`} className="mr-3 font-mono text-[12.5px]">
          <span className={cx("font-semibold", signColours[sign])}>{sign}</span>
          {key.slice(0, 80)}
        </span>
      ))}
    </span>
  );
}
