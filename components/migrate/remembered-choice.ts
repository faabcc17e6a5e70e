"use client";

import { type Dispatch, type SetStateAction, useEffect, useState } from "react";
import type { Choice } from "./choice";

/** Longer choices are too long for an address: the browser's tab keeps them, and they are there again after a reload. */
export const namesInUrl = 40;

/** What was chosen on a page, as its address says it, or, where that would be too long, as the tab remembers it. */
export function useRememberedChoice(
  page: string,
  asked: { all: boolean; namespace: readonly string[] },
): [Choice, Dispatch<SetStateAction<Choice>>] {
  const [choice, setChoice] = useState<Choice>(asked.all ? { all: true } : { all: false, names: asked.namespace });
  const [ready, setReady] = useState(false);
  const key = `portage.choice.${page}`;
  // Only once the page is in the browser: the server doesn't know the tab.
  useEffect(() => {
    const names = readNames(key);
    if (names !== null) setChoice((now) => (!now.all && now.names.length === 0 ? { all: false, names } : now));
    setReady(true);
  }, [key]);
  useEffect(() => {
    if (!ready) return;
    if (!choice.all && choice.names.length > namesInUrl) writeNames(key, choice.names);
    else forgetNames(key);
  }, [key, choice, ready]);
  return [choice, setChoice];
}

function readNames(key: string): string[] | null {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(key) ?? "null");
    return Array.isArray(kept) && kept.every((name) => typeof name === "string") ? kept : null;
  } catch {
    return null;
  }
}

function writeNames(key: string, names: readonly string[]): void {
  try {
    sessionStorage.setItem(key, JSON.stringify(names));
  } catch {
    // A tab that may keep nothing, or not as much: the choice lives as long as the page.
  }
}

function forgetNames(key: string): void {
  try {
    sessionStorage.removeItem(key);
  } catch {
    // As above.
  }
}
