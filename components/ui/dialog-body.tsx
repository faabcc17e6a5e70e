"use client";

import { X } from "lucide-react";
import { Dialog as Radix } from "radix-ui";
import type { ReactNode } from "react";
import { Button } from "./button";

export type DialogProps = {
  open: boolean;
  onOpenChange(open: boolean): void;
  title: string;
  description: ReactNode;
  children?: ReactNode;
  actions?: ReactNode;
};

export function DialogBody({ open, onOpenChange, title, description, children, actions }: DialogProps) {
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 bg-scrim" />
        <Radix.Content className="fixed inset-x-0 bottom-0 z-50 max-h-[85dvh] animate-enter overflow-y-auto border border-line bg-raised p-5 shadow-float sm:inset-x-auto sm:top-[16vh] sm:bottom-auto sm:left-1/2 sm:w-[480px] sm:-translate-x-1/2 sm:rounded-md">
          <Radix.Title className="pr-8 text-lg font-semibold">{title}</Radix.Title>
          <Radix.Description asChild>
            <div className="mt-1 text-quiet">{description}</div>
          </Radix.Description>
          {children}
          {actions && <div className="mt-5 flex flex-wrap justify-end gap-2">{actions}</div>}
          <Radix.Close asChild>
            <Button look="quiet" square aria-label="Close" className="absolute top-3.5 right-3">
              <X aria-hidden className="size-4" />
            </Button>
          </Radix.Close>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
