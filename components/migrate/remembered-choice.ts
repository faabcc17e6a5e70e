"use client";

import { type Dispatch, type SetStateAction, useEffect, useState } from "react";
import type { Choice } from "./choice";

/** Longer choices are too long for an address: the browser's tab keeps them, and they are there again after a reload. */
export const namesInUrl = 40;

/**
 * What was chosen on a page, as its address says it, or, where that would be too long, as the tab remembers it; and whether the tab
 * can't: then a reload loses the choice, which has to be said.
 */
export function useRememberedChoice(
  page: string,
  asked: { all: boolean; namespace: readonly string[] },
): [Choice, Dispatch<SetStateAction<Choice>>, boolean] {
  const [choice, setChoice] = useState<Choice>(asked.all ? { all: true } : { all: false, names: asked.namespace });
  const [ready, setReady] = useState(false);
  const [unkept, setUnkept] = useState(false);
  const key = `portage.choice.${page}`;
  // Only once the page is in the browser: the server doesn't know the tab.
  useEffect(() => {
    const names = readNames(sessionStorageOrNone(), key);
    if (names !== null) setChoice((now) => (!now.all && now.names.length === 0 ? { all: false, names } : now));
    setReady(true);
  }, [key]);
  useEffect(() => {
    if (!ready) return;
    const long = !choice.all && choice.names.length > namesInUrl;
    const kept = keepNames(sessionStorageOrNone(), key, long ? choice.names : null);
    setUnkept(long && !kept);
  }, [key, choice, ready]);
  return [choice, setChoice, unkept];
}

type Kept = Pick<Storage, "getItem" | "setItem" | "removeItem">;

/** A browser that blocks sites' data throws where it is only asked for. */
function sessionStorageOrNone(): Kept | null {
  try {
    return sessionStorage;
  } catch {
    return null;
  }
}

/** The names that were kept; `null` when none were. */
export function readNames(storage: Kept | null, key: string): string[] | null {
  try {
    const kept: unknown = JSON.parse(storage?.getItem(key) ?? "null");
    return Array.isArray(kept) && kept.every((name) => typeof name === "string") ? kept : null;
  } catch {
    return null;
  }
}

/** Keeps names in place of those kept before, or none; answers whether that could be done. What was kept before never stays instead. */
export function keepNames(storage: Kept | null, key: string, names: readonly string[] | null): boolean {
  try {
    storage?.removeItem(key);
    if (names !== null) storage?.setItem(key, JSON.stringify(names));
    return storage !== null;
  } catch {
    return false;
  }
}
