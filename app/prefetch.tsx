import { dehydrate, HydrationBoundary, type QueryKey } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { newQueryClient } from "@/components/data/client";
import type { Context } from "@/lib/actions/verbs/context";
import { asking } from "./who-asks";

type Read = { queryKey: QueryKey; read(ctx: Context): Promise<unknown> };

/** A page isn't held up for longer than this by a service that is slow to answer. Milliseconds. */
const patience = 400;

/**
 * Does a page's reads while the server renders it, by the verbs themselves, so that the page arrives with its data. A read
 * that fails or takes long is asked for by the page, over HTTP: there its problem has words and its waiting a shape.
 */
export async function Prefetched({ reads, children }: { reads: readonly Read[]; children: ReactNode }) {
  const client = newQueryClient();
  const ctx = await asking();
  const all = Promise.all(
    reads.map(({ queryKey, read }) => client.prefetchQuery({ queryKey, queryFn: () => read(ctx), retry: false })),
  );
  let timer: ReturnType<typeof setTimeout> | undefined;
  await Promise.race([
    all,
    new Promise((late) => {
      timer = setTimeout(late, patience);
    }),
  ]);
  clearTimeout(timer);
  return <HydrationBoundary state={dehydrate(client)}>{children}</HydrationBoundary>;
}
