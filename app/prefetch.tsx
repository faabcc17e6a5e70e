import { dehydrate, HydrationBoundary, type QueryKey } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { newQueryClient } from "@/components/data/client";
import { type Context, contextFor } from "@/lib/actions/context";

type Read = { queryKey: QueryKey; read(ctx: Context): Promise<unknown> };

/**
 * Starts a page's reads while the server renders it, by the verbs themselves, and hands them to the browser as they
 * arrive. A read that fails is asked for again by the page, over HTTP, where its problem has words.
 */
export function Prefetched({ reads, children }: { reads: readonly Read[]; children: ReactNode }) {
  const client = newQueryClient();
  const ctx = contextFor("web");
  for (const { queryKey, read } of reads)
    void client.prefetchQuery({ queryKey, queryFn: () => read(ctx), retry: false });
  return <HydrationBoundary state={dehydrate(client)}>{children}</HydrationBoundary>;
}
