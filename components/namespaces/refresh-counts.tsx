"use client";

import { useQueryClient } from "@tanstack/react-query";
import { RefreshCw } from "lucide-react";
import { refreshCounts } from "@/app/actions/namespaces";
import { useAct } from "@/components/data/act";
import { usePageRoute } from "@/components/data/page-route";
import { along, isOf } from "@/components/data/route-address";
import { useCommands } from "@/components/shell/commands";
import { Button } from "@/components/ui/button";
import { cx } from "@/components/ui/cx";
import { useNow } from "@/components/ui/moment";
import { hourWords } from "@/components/words/time";

/** When the counts were read, and reading them again: a request or two per index. Its place is kept until that is known (`undefined`). */
export function RefreshCounts({ asOf }: { asOf: string | null | undefined }) {
  const client = useQueryClient();
  const now = useNow();
  const route = usePageRoute();
  const { mutate, isPending } = useAct(refreshCounts, () => {
    void client.invalidateQueries({ predicate: isOf("overview", "browse", "count", "fleet") });
  });
  const refresh = () => mutate(along(route));
  useCommands([
    { id: "refresh-counts", title: "Refresh counts", group: "This page", keys: "r", words: ["reload"], run: refresh },
  ]);
  return (
    <span className="flex items-center gap-1 text-sm text-quiet">
      <span aria-live="polite" className={cx((asOf === undefined || now === null) && "invisible")}>
        {asOf === null
          ? "Not counted yet"
          : `Counted at ${asOf === undefined || now === null ? "00:00" : hourWords(asOf)}`}
      </span>
      <Button look="quiet" busy={isPending} onClick={refresh}>
        <RefreshCw aria-hidden className={cx("size-3.5", isPending && "animate-spin")} />
        {isPending ? "Counting" : "Refresh"}
      </Button>
    </span>
  );
}
