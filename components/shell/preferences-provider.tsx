"use client";

import { createContext, type ReactNode, useContext, useMemo, useState } from "react";
import { type Preferences, preferenceCookie, preferenceText } from "./preferences";

type Held = { preferences: Preferences; change(values: Partial<Preferences>): void };

const PreferencesContext = createContext<Held>({
  preferences: { theme: "system", sidebar: "wide", keys: "on" },
  change: () => undefined,
});

export function PreferencesProvider({ initial, children }: { initial: Preferences; children: ReactNode }) {
  const [preferences, setPreferences] = useState(initial);
  const held = useMemo<Held>(
    () => ({
      preferences,
      change(values) {
        const next = { ...preferences, ...values };
        setPreferences(next);
        void keep(next);
        if (next.theme === "system") delete document.documentElement.dataset.theme;
        else document.documentElement.dataset.theme = next.theme;
      },
    }),
    [preferences],
  );
  return <PreferencesContext value={held}>{children}</PreferencesContext>;
}

export function usePreferences(): Held {
  return useContext(PreferencesContext);
}

const year = 365 * 24 * 3600 * 1000;

/** A browser without the Cookie Store API forgets the choice when the page is closed. */
async function keep(preferences: Preferences): Promise<void> {
  if (!("cookieStore" in window)) return;
  await window.cookieStore.set({
    name: preferenceCookie,
    value: preferenceText(preferences),
    path: "/",
    sameSite: "strict",
    expires: Date.now() + year,
  });
}
