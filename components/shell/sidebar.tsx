"use client";

import { PanelLeft, Search } from "lucide-react";
import { Button } from "@/components/ui/button";
import { cx } from "@/components/ui/cx";
import { Named } from "@/components/ui/hint";
import { Link } from "@/components/ui/link";
import { AttentionCount } from "./attention-count";
import { ConnectionStatus } from "./connection";
import { isWithin, type Place, places } from "./navigation";
import { usePreferences } from "./preferences-provider";
import { RouteSwitcher } from "./route-switcher";
import { ThemeToggle } from "./theme-toggle";
import { useOpenPath } from "./use-open-path";
import { Mark } from "./wordmark";

function PlaceLink({ place, narrow, open }: { place: Place; narrow: boolean; open: boolean }) {
  const Icon = place.icon;
  const link = (
    <Link
      href={place.href}
      aria-current={open ? "page" : undefined}
      className={cx(
        "flex h-8 items-center gap-2.5 rounded-md px-2 font-medium transition-colors duration-150",
        open ? "bg-sunken text-ink" : "text-quiet hover:bg-sunken hover:text-ink",
      )}
    >
      <Icon aria-hidden className="size-4 shrink-0" />
      <span className={cx(narrow && "sr-only")}>{place.label}</span>
      {place.href === "/attention" && <AttentionCount narrow={narrow} />}
    </Link>
  );
  return narrow ? (
    <Named name={place.label} keys={place.keys}>
      {link}
    </Named>
  ) : (
    link
  );
}

/** Where one is and where one can go; icons alone when it is narrow. Hidden on a phone, which has the bar below. */
export function Sidebar({ onSearch, onRoute }: { onSearch(): void; onRoute(): void }) {
  const pathname = useOpenPath();
  const { preferences, change } = usePreferences();
  const narrow = preferences.sidebar === "narrow";
  return (
    <aside
      aria-label="Portage"
      className={cx(
        "sticky top-0 hidden h-dvh shrink-0 flex-col border-r border-line bg-canvas p-2 sm:flex",
        narrow ? "w-[49px]" : "w-52",
      )}
    >
      <Link href="/" className="mb-2 flex h-9 items-center gap-2 rounded-md px-1.5 text-base font-semibold">
        <Mark className="size-5 shrink-0" />
        <span className={cx(narrow && "sr-only")}>Portage</span>
      </Link>
      <RouteSwitcher narrow={narrow} onOpen={onRoute} />
      <button
        type="button"
        onClick={onSearch}
        aria-keyshortcuts="Control+K Meta+K"
        className={cx(
          "mb-3 flex h-8 items-center gap-2.5 rounded-md px-[7px] text-sm text-quiet hover:text-ink",
          !narrow && "border border-line bg-surface",
        )}
      >
        <Search aria-hidden className="size-4 shrink-0" />
        <span className={cx(narrow ? "sr-only" : "flex-1 text-left whitespace-nowrap")}>Search or jump to</span>
        {!narrow && <kbd className="font-mono text-2xs tracking-tighter whitespace-nowrap">Ctrl K</kbd>}
      </button>
      <nav aria-label="Main" className="grid gap-0.5">
        {places.map((place) => (
          <PlaceLink key={place.href} place={place} narrow={narrow} open={isWithin(pathname, place)} />
        ))}
      </nav>
      <div className="mt-auto">
        <ConnectionStatus narrow={narrow} />
        <div className={cx("flex", narrow ? "flex-col" : "justify-between")}>
          <ThemeToggle />
          <Named name={"Toggle sidebar"} keys="[">
            <Button
              look="quiet"
              square
              aria-label={"Toggle sidebar"}
              aria-expanded={!narrow}
              onClick={() => change({ sidebar: narrow ? "wide" : "narrow" })}
            >
              <PanelLeft aria-hidden className="size-4" />
            </Button>
          </Named>
        </div>
      </div>
    </aside>
  );
}
