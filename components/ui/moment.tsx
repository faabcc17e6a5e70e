"use client";

import { useSyncExternalStore } from "react";
import { absoluteWords, relativeWords } from "@/components/words/time";

const listeners = new Set<() => void>();
let now = 0;
let timer: ReturnType<typeof setInterval> | undefined;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    now = Date.now();
    for (const each of listeners) each();
  }, 1000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

function read(): number {
  if (timer === undefined || now === 0) now = Date.now();
  return now;
}

/** The time, once a second, for everything on the page at once; `null` while the server renders. */
export function useNow(): number | null {
  return useSyncExternalStore(subscribe, read, () => null);
}

/** When something was: relative, absolute on hover. */
export function Moment({ at }: { at: string | null }) {
  const current = useNow();
  if (at === null) return <span className="text-quiet">–</span>;
  return (
    <time
      dateTime={at}
      title={current === null ? undefined : absoluteWords(at)}
      className="figures whitespace-nowrap"
      suppressHydrationWarning
    >
      {current === null ? `${at.slice(0, 16).replace("T", " ")} UTC` : relativeWords(at, current)}
    </time>
  );
}
