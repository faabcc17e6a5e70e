import { useSyncExternalStore } from "react";

/** What the server refused last, until something else is done or the page is left: a toast is gone before it is read. */
let refused: unknown = null;
const listeners = new Set<() => void>();

export function setRefusal(error: unknown): void {
  refused = error;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useRefusal(): unknown {
  return useSyncExternalStore(
    subscribe,
    () => refused,
    () => null,
  );
}
