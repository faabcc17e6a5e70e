"use client";

import { useQuery } from "@tanstack/react-query";
import { attentionCountQuery } from "@/components/data/attention-queries";
import { cx } from "@/components/ui/cx";
import { countWords } from "@/components/words/figures";

/** How much needs somebody, beside the place where it is listed; nothing while there is none. */
export function AttentionCount({ narrow, className }: { narrow: boolean; className?: string }) {
  const { data } = useQuery(attentionCountQuery());
  if (!data || data.open === 0) return null;
  return (
    <span
      className={cx(
        "figures rounded-sm border border-attention-area bg-surface px-1 text-2xs text-attention",
        narrow ? "sr-only" : (className ?? "ml-auto"),
      )}
    >
      {countWords(data.open)}
      <span className="sr-only"> open</span>
    </span>
  );
}
