"use client";

import { type KeyboardEvent, type ReactNode, useId, useRef } from "react";

export type Tab<Name extends string> = {
  name: Name;
  label: string;
  count?: number | undefined;
  note?: string | undefined;
  content: ReactNode;
};

/** Where each key leads from the tab `at` of `count`. */
const steps: Record<string, (at: number, count: number) => number> = {
  ArrowRight: (at, count) => (at + 1) % count,
  ArrowLeft: (at, count) => (at + count - 1) % count,
  Home: () => 0,
  End: (_at, count) => count - 1,
};

/**
 * Parts of a page under one heading; only the open one is mounted. Arrow keys open the neighbour, as the ARIA pattern of tabs has it. Own
 * code: Radix's tabs bring 9 kB of collections and roving focus to every page that has some.
 */
export function Tabs<Name extends string>({
  label,
  tabs,
  open,
  onOpen,
}: {
  label: string;
  tabs: readonly Tab<Name>[];
  open: Name;
  onOpen(name: Name): void;
}) {
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  const shown = tabs.find(({ name }) => name === open);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.metaKey || event.ctrlKey || event.altKey || event.shiftKey) return;
    const at = tabs.findIndex(({ name }) => name === open);
    const to = steps[event.key]?.(at, tabs.length);
    const next = to === undefined ? undefined : tabs[to];
    if (to === undefined || next === undefined) return;
    event.preventDefault();
    onOpen(next.name);
    const tab = list.current?.children[to];
    if (tab instanceof HTMLElement) tab.focus();
  };
  return (
    <div>
      <div
        ref={list}
        role="tablist"
        aria-label={label}
        aria-orientation="horizontal"
        onKeyDown={onKeyDown}
        className="flex gap-5 overflow-x-auto border-b border-line"
      >
        {tabs.map((tab) => (
          <button
            key={tab.name}
            type="button"
            role="tab"
            id={`${id}${tab.name}`}
            aria-selected={tab === shown}
            aria-controls={tab === shown ? `${id}panel` : undefined}
            tabIndex={tab === shown ? 0 : -1}
            onClick={() => onOpen(tab.name)}
            className="-mb-px flex h-9 shrink-0 items-center gap-1.5 border-b-2 border-transparent font-medium text-quiet -outline-offset-2 hover:text-ink aria-selected:border-accent aria-selected:text-ink"
          >
            {tab.label}
            {tab.count !== undefined && (
              <span className="figures text-xs font-normal text-quiet">{tab.count.toLocaleString("en-US")}</span>
            )}
            {tab.note !== undefined && <span className="figures text-xs font-normal text-quiet">{tab.note}</span>}
          </button>
        ))}
      </div>
      {shown && (
        <div
          key={shown.name}
          role="tabpanel"
          id={`${id}panel`}
          aria-labelledby={`${id}${shown.name}`}
          tabIndex={-1}
          className="pt-4"
        >
          {shown.content}
        </div>
      )}
    </div>
  );
}
