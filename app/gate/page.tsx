import type { SearchParams } from "nuqs/server";
import { GatePage } from "@/components/gate/gate-page";
import { contextFor } from "@/lib/actions/verbs/context";
import { askedRoute } from "../page-route";
import { Prefetched } from "../prefetch";
import { connectionsRead, gatesRead } from "../reads";

export const metadata = { title: "Gate" };

export default async function Gate({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const name = (await askedRoute(searchParams)) ?? contextFor("web").config.route;
  return (
    <Prefetched reads={[gatesRead(name), connectionsRead]}>
      <GatePage />
    </Prefetched>
  );
}
