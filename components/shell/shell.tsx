"use client";

import { Search } from "lucide-react";
import dynamic from "next/dynamic";
import { Fragment, type ReactNode, useEffect, useMemo, useState } from "react";
import { usePageRoute } from "@/components/data/page-route";
import { useGo } from "@/components/data/use-go";
import { useRoutes } from "@/components/data/use-routes";
import { Button } from "@/components/ui/button";
import { Link } from "@/components/ui/link";
import { useOnce } from "@/components/ui/once";
import { Toasts } from "@/components/ui/toasts";
import { BottomBar } from "./bottom-bar";
import { CommandsProvider, useCommandList, useCommands } from "./commands";
import { OfflineNotice } from "./connection";
import { ModeBanner, ViewerBanner } from "./mode-banner";
import { places } from "./navigation";
import { usePreferences } from "./preferences-provider";
import { Refusal } from "./refusal";
import { RouteDialog, RouteSwitcher, useSwitchRoute } from "./route-switcher";
import { useShortcuts } from "./shortcuts";
import { Sidebar } from "./sidebar";
import { nextTheme, ThemeToggle } from "./theme-toggle";
import { Mark } from "./wordmark";

// Both are fetched when they are first asked for.
const CommandPalette = dynamic(() => import("./command-palette").then((module) => module.CommandPalette), {
  ssr: false,
});
const ShortcutSheet = dynamic(() => import("./shortcut-sheet").then((module) => module.ShortcutSheet), { ssr: false });

/** The frame of every page: where one is, which world is worked on, and what the keys do. */
export function Shell({ sandbox, children }: { sandbox: boolean; children: ReactNode }) {
  return (
    <CommandsProvider>
      <Frame sandbox={sandbox}>{children}</Frame>
    </CommandsProvider>
  );
}

function Frame({ sandbox, children }: { sandbox: boolean; children: ReactNode }) {
  const go = useGo();
  const { preferences, change } = usePreferences();
  const [palette, setPalette] = useState(false);
  const [sheet, setSheet] = useState(false);
  const [choosing, setChoosing] = useState(false);
  const { routes, name, many } = useRoutes();
  const route = usePageRoute();
  const switchTo = useSwitchRoute();

  useCommands([
    ...places.map((place) => ({
      id: `go ${place.href}`,
      title: place.label,
      group: "Go to" as const,
      keys: place.keys,
      words: place.words,
      run: () => go(place.href),
    })),
    { id: "search", title: "Search on this page", group: "Portage", keys: "/", run: focusSearch },
    {
      id: "theme",
      title: "Change theme: system, light, dark",
      group: "Portage",
      keys: "t",
      words: ["theme", "dark mode"],
      run: () => change({ theme: nextTheme(preferences.theme) }),
    },
    {
      id: "sidebar",
      title: "Toggle sidebar",
      group: "Portage",
      keys: "[",
      run: () => change({ sidebar: preferences.sidebar === "wide" ? "narrow" : "wide" }),
    },
    ...(many
      ? [
          {
            id: "route",
            title: "Switch route",
            group: "Portage" as const,
            keys: "o",
            words: ["connection", "source", "target"],
            run: () => setChoosing(true),
          },
          ...routes
            .filter((one) => one.name !== name)
            .map((one) => ({
              id: `route ${one.name}`,
              title: `Switch to route ${one.name}`,
              group: "Portage" as const,
              words: [one.words, one.definition.source.collection, one.definition.target.collection],
              run: () => switchTo(one.name),
            })),
        ]
      : []),
    { id: "keys", title: "Show keyboard shortcuts", group: "Portage", keys: "?", run: () => setSheet(true) },
  ]);

  const commands = useCommandList();
  useShortcuts(
    useMemo(() => commands, [commands]),
    preferences.keys === "on",
  );
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== "k" || !(event.metaKey || event.ctrlKey)) return;
      event.preventDefault();
      setPalette((open) => !open);
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);

  return (
    <div className="flex min-h-dvh">
      <a
        href="#main"
        className="sr-only rounded-md bg-accent-fill px-3 py-1.5 text-on-accent focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-50"
      >
        Skip to content
      </a>
      <Sidebar onSearch={() => setPalette(true)} onRoute={() => setChoosing(true)} />
      <div className="flex min-w-0 flex-1 flex-col">
        <header className="flex h-12 items-center gap-2 border-b border-line px-4 sm:hidden">
          <Link href="/" className="mr-auto flex items-center gap-2 rounded-sm text-base font-semibold">
            <Mark className="size-5" />
            Portage
          </Link>
          <Button look="quiet" square aria-label="Search or jump to" onClick={() => setPalette(true)}>
            <Search aria-hidden className="size-4" />
          </Button>
          <ThemeToggle />
        </header>
        {many && (
          <div className="border-b border-line px-4 pt-2 sm:hidden">
            <RouteSwitcher narrow={false} onOpen={() => setChoosing(true)} />
          </div>
        )}
        {sandbox && <ModeBanner />}
        <ViewerBanner />
        <main
          id="main"
          tabIndex={-1}
          className="mx-auto w-full max-w-[1328px] flex-1 px-4 pt-5 pb-24 outline-none sm:px-6 sm:pb-12"
        >
          <OfflineNotice />
          <Refusal />
          {/* What was chosen on a page was chosen along its route. */}
          <Fragment key={route ?? ""}>{children}</Fragment>
        </main>
      </div>
      <BottomBar />
      <RouteDialog open={choosing} onOpenChange={setChoosing} />
      {useOnce(palette) && <CommandPalette open={palette} onOpenChange={setPalette} />}
      {useOnce(sheet) && <ShortcutSheet open={sheet} onOpenChange={setSheet} />}
      <Toasts />
    </div>
  );
}

function focusSearch(): void {
  const field = document.querySelector("[data-search]");
  if (field instanceof HTMLInputElement) field.focus();
}
