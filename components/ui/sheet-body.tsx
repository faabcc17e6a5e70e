"use client";

import { X } from "lucide-react";
import { Dialog as Radix } from "radix-ui";
import { type KeyboardEvent, type ReactNode, useRef } from "react";
import { Button } from "./button";

export type SheetProps = {
  open: boolean;
  onClose(): void;
  title: ReactNode;
  description: string;
  actions?: ReactNode;
  onKeyDown?(event: KeyboardEvent): void;
  children: ReactNode;
};

export function SheetBody({ open, onClose, title, description, actions, onKeyDown, children }: SheetProps) {
  const head = useRef<HTMLHeadingElement>(null);
  return (
    <Radix.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 bg-scrim" />
        <Radix.Content
          onKeyDown={onKeyDown}
          onOpenAutoFocus={(event) => {
            event.preventDefault();
            head.current?.focus();
          }}
          className="fixed inset-y-0 right-0 z-50 w-full animate-enter overflow-y-auto border-l border-line bg-raised shadow-float sm:w-[min(1040px,92vw)]"
        >
          <header className="sticky top-0 z-10 flex flex-wrap items-center gap-2 border-b border-line bg-raised px-4 py-2.5 sm:px-5">
            <Radix.Title asChild>
              <h2 ref={head} tabIndex={-1} className="min-w-0 flex-1 basis-40 font-semibold outline-none">
                {title}
              </h2>
            </Radix.Title>
            <Radix.Description className="sr-only">{description}</Radix.Description>
            {/* Below title and closing on a phone, between them where there is room. */}
            {actions && (
              <div className="order-1 flex basis-full flex-wrap items-center gap-2 sm:order-none sm:basis-auto">
                {actions}
              </div>
            )}
            <Radix.Close asChild>
              <Button look="quiet" square aria-label="Close" className="ml-auto">
                <X aria-hidden className="size-4" />
              </Button>
            </Radix.Close>
          </header>
          <div className="px-4 py-4 sm:px-5">{children}</div>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
