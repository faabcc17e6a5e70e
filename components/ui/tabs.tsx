"use client";

import { Tabs as Radix } from "radix-ui";
import type { ReactNode } from "react";

export type Tab<Name extends string> = {
  name: Name;
  label: string;
  count?: number | undefined;
  note?: string | undefined;
  content: ReactNode;
};

/** Parts of a page under one heading; only the open one is mounted. */
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
  return (
    <Radix.Root
      value={open}
      onValueChange={(value) => {
        const next = tabs.find((tab) => tab.name === value);
        if (next) onOpen(next.name);
      }}
    >
      <Radix.List aria-label={label} className="flex gap-5 overflow-x-auto border-b border-line">
        {tabs.map((tab) => (
          <Radix.Trigger
            key={tab.name}
            value={tab.name}
            className="-mb-px flex h-9 shrink-0 items-center gap-1.5 border-b-2 border-transparent font-medium text-quiet -outline-offset-2 hover:text-ink data-[state=active]:border-accent data-[state=active]:text-ink"
          >
            {tab.label}
            {tab.count !== undefined && (
              <span className="figures text-xs font-normal text-quiet">{tab.count.toLocaleString("en-US")}</span>
            )}
            {tab.note !== undefined && <span className="figures text-xs font-normal text-quiet">{tab.note}</span>}
          </Radix.Trigger>
        ))}
      </Radix.List>
      {tabs.map((tab) => (
        <Radix.Content key={tab.name} value={tab.name} className="pt-4" tabIndex={-1}>
          {tab.content}
        </Radix.Content>
      ))}
    </Radix.Root>
  );
}
