"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { toast } from "@/components/ui/toast";
import { manyWords } from "@/components/words/figures";
import type { Plan } from "@/lib/shapes/plans/plan";
import { ownRevision } from "./use-excluding";

/** Says when somebody else has changed what is excluded while this page is open, and shows the lists as they are then. */
export function useOthersExclusions(plan: Plan | undefined): void {
  const client = useQueryClient();
  const known = useRef<number | null>(null);
  const revision = plan?.revision;
  const id = plan?.id;
  const out = plan ? plan.excluded.create + plan.excluded.update : 0;
  useEffect(() => {
    if (revision === undefined || id === undefined) return;
    const before = known.current;
    known.current = revision;
    if (before === null || before === revision || client.getQueryData(ownRevision(id)) === revision) return;
    toast(`Somebody else changed what is excluded: ${manyWords(out, "change")} ${out === 1 ? "is" : "are"} now.`);
    void client.invalidateQueries({ queryKey: ["changes", id] });
    void client.invalidateQueries({ queryKey: ["facets", id] });
  }, [client, id, revision, out]);
}
