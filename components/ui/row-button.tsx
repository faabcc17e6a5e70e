import type { ReactNode } from "react";

/** What a row is called, to be pressed by those who don't use a mouse or the row's own keys: opens the row, once. */
export function RowButton({ onOpen, children }: { onOpen(): void; children: ReactNode }) {
  return (
    <button
      type="button"
      tabIndex={-1}
      onClick={(event) => {
        event.stopPropagation();
        onOpen();
      }}
      className="flex max-w-full min-w-0 items-baseline gap-2 rounded-sm text-left hover:text-accent"
    >
      {children}
    </button>
  );
}
