"use client";

import { Tooltip } from "radix-ui";
import type { ReactNode } from "react";

/** Words that explain a figure, on hover and on focus. The figure is underlined with dots so that one knows. */
export function Hint({ words, children }: { words: ReactNode; children: ReactNode }) {
  return (
    <Tooltip.Root>
      <Tooltip.Trigger asChild>
        <button
          type="button"
          className="cursor-help rounded-sm underline decoration-control decoration-dotted underline-offset-4"
        >
          {children}
        </button>
      </Tooltip.Trigger>
      <Tooltip.Portal>
        <Tooltip.Content
          sideOffset={6}
          collisionPadding={12}
          className="z-50 max-w-80 animate-enter rounded-md border border-line bg-raised px-3 py-2 text-xs text-ink shadow-float"
        >
          {words}
        </Tooltip.Content>
      </Tooltip.Portal>
    </Tooltip.Root>
  );
}

/** The name of a button that shows only an icon, and its key. */
export function Named({ name, keys, children }: { name: string; keys?: string; children: ReactNode }) {
  return (
    <Tooltip.Root>
      <Tooltip.Trigger asChild>{children}</Tooltip.Trigger>
      <Tooltip.Portal>
        <Tooltip.Content
          side="right"
          sideOffset={8}
          className="z-50 flex items-center gap-2 rounded-md border border-line bg-raised px-2 py-1 text-xs shadow-float"
        >
          {name}
          {keys && <span className="font-mono text-quiet">{keys}</span>}
        </Tooltip.Content>
      </Tooltip.Portal>
    </Tooltip.Root>
  );
}

export const HintProvider = Tooltip.Provider;
