"use client";

import { Ellipsis } from "lucide-react";
import { useState } from "react";
import { cx } from "@/components/ui/cx";
import { Dialog } from "@/components/ui/dialog";
import { Link } from "@/components/ui/link";
import { AttentionCount } from "./attention-count";
import { isWithin, type Place, places } from "./navigation";
import { useOpenPath } from "./use-open-path";

const item = "flex h-14 min-w-0 flex-col items-center justify-center gap-1 text-2xs -outline-offset-2";
const bar = places.filter((place) => !place.more);
const rest = places.filter((place) => place.more);

function BarLink({ place, open }: { place: Place; open: boolean }) {
  const Icon = place.icon;
  return (
    <Link
      href={place.href}
      aria-current={open ? "page" : undefined}
      className={cx(item, open ? "font-semibold text-ink" : "text-quiet")}
    >
      <Icon aria-hidden className="size-4.5" />
      <span className="max-w-full truncate tracking-tight">{place.short ?? place.label}</span>
    </Link>
  );
}

/** The places on a phone, within the thumb's reach: those gone to most, and the rest behind "More". */
export function BottomBar() {
  const pathname = useOpenPath();
  const [asking, setAsking] = useState(false);
  const within = rest.some((place) => isWithin(pathname, place));
  return (
    <nav
      aria-label="Main"
      className="fixed inset-x-0 bottom-0 z-30 grid auto-cols-fr grid-flow-col border-t border-line bg-surface pb-[env(safe-area-inset-bottom)] sm:hidden"
    >
      {bar.map((place) => (
        <BarLink key={place.href} place={place} open={isWithin(pathname, place)} />
      ))}
      <button
        type="button"
        aria-haspopup="dialog"
        onClick={() => setAsking(true)}
        className={cx(item, "relative", within ? "font-semibold text-ink" : "text-quiet")}
      >
        <Ellipsis aria-hidden className="size-4.5" />
        <AttentionCount narrow={false} className="absolute top-1 left-[calc(50%+6px)] leading-4" />
        More
      </button>
      <Dialog open={asking} onOpenChange={setAsking} title="More pages" description={null}>
        <ul className="mt-3 grid gap-0.5">
          {rest.map((place) => {
            const Icon = place.icon;
            return (
              <li key={place.href}>
                <Link
                  href={place.href}
                  aria-current={isWithin(pathname, place) ? "page" : undefined}
                  onClick={() => setAsking(false)}
                  className="flex h-11 items-center gap-3 rounded-md px-2 font-medium hover:bg-sunken aria-[current=page]:bg-sunken"
                >
                  <Icon aria-hidden className="size-4.5 text-quiet" />
                  {place.label}
                  {place.href === "/attention" && <AttentionCount narrow={false} />}
                </Link>
              </li>
            );
          })}
        </ul>
      </Dialog>
    </nav>
  );
}
