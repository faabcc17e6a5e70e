"use client";

import { type ComponentType, useEffect, useRef, useState } from "react";
import { onToast, type Toast } from "./toast";

type Toaster = ComponentType<{ toasts: readonly Toast[] }>;

/** The edge of the page where toasts are shown; the library that draws them is fetched with the first. */
export function Toasts() {
  const [toasts, setToasts] = useState<readonly Toast[]>([]);
  const [loaded, setLoaded] = useState<{ Toaster: Toaster } | null>(null);
  const asked = useRef(false);
  useEffect(
    () =>
      onToast((toast) => {
        setToasts((before) => [...before, toast]);
        if (asked.current) return;
        asked.current = true;
        void import("./toaster").then(setLoaded);
      }),
    [],
  );
  return loaded && <loaded.Toaster toasts={toasts} />;
}
