"use client";

import { useEffect, useRef } from "react";
import { Toaster as Sonner, toast as show } from "sonner";
import type { Toast } from "./toast";

/** Draws the toasts, each once. */
export function Toaster({ toasts }: { toasts: readonly Toast[] }) {
  const shown = useRef(0);
  useEffect(() => {
    for (const { words, error, description, duration } of toasts.slice(shown.current))
      (error ? show.error : show)(words, {
        ...(description === undefined ? {} : { description }),
        ...(duration === undefined ? {} : { duration }),
      });
    shown.current = toasts.length;
  }, [toasts]);
  return (
    <Sonner
      position="bottom-right"
      offset={{ bottom: 24, right: 24 }}
      mobileOffset={{ bottom: 72 }}
      toastOptions={{
        unstyled: true,
        classNames: {
          toast:
            "flex w-full gap-3 rounded-md border border-line bg-raised px-4 py-3 font-sans text-sm text-ink shadow-float",
          description: "text-quiet",
        },
      }}
    />
  );
}
