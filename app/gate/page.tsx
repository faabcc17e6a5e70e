import type { SearchParams } from "nuqs/server";
import { GatePage } from "@/components/gate/gate-page";
import { askedRoute } from "../page-route";
import { Prefetched } from "../prefetch";
import { connectionsRead, gatesRead } from "../reads";
import { asking } from "../who-asks";

export const metadata = { title: "Gate" };

export default async function Gate({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const name = (await askedRoute(searchParams)) ?? (await asking()).config.route;
  return (
    <Prefetched reads={[gatesRead(name), connectionsRead]}>
      <GatePage />
    </Prefetched>
  );
}
