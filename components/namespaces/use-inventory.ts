"use client";

import { usePageRoute } from "@/components/data/page-route";
import { type Browse, browseQuery } from "@/components/data/queries";
import { useWindows } from "@/components/data/use-windows";

/** The namespace inventory as one long list. */
export function useInventory(browse: Browse, shown: { first: number; last: number }) {
  const route = usePageRoute();
  const { head, ...list } = useWindows((offset, limit) => browseQuery(route, browse, offset, limit), shown);
  return { ...list, totals: head?.totals ?? null, asOf: head?.asOf ?? null };
}
