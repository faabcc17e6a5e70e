"use client";

import { RefreshCw } from "lucide-react";
import { useCommands } from "@/components/shell/commands";
import { Button } from "@/components/ui/button";
import { cx } from "@/components/ui/cx";
import { useNow } from "@/components/ui/moment";
import { hourWords } from "@/components/words/time";

/** When the documents were counted, and counting them again. */
export function RefreshDocuments({ asOf, busy, onRefresh }: { asOf: string | null; busy: boolean; onRefresh(): void }) {
  const now = useNow();
  useCommands([
    {
      id: "refresh-documents",
      title: "Refresh counts",
      group: "This page",
      keys: "r",
      words: ["reload"],
      run: onRefresh,
    },
  ]);
  return (
    <span className="flex items-center gap-1 text-sm text-quiet">
      <span aria-live="polite">{asOf !== null && now !== null && `Counted at ${hourWords(asOf)}`}</span>
      <Button look="quiet" busy={busy} onClick={onRefresh}>
        <RefreshCw aria-hidden className={cx("size-3.5", busy && "animate-spin")} />
        {busy ? "Counting" : "Refresh"}
      </Button>
    </span>
  );
}
