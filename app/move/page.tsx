import type { SearchParams } from "nuqs/server";
import { MovePage } from "@/components/move/move-page";
import { askedRoute } from "../page-route";
import { Prefetched } from "../prefetch";
import { moveRead, switchRead } from "../reads";
import { asking } from "../who-asks";

export const metadata = { title: "Move" };

export default async function Move({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const route = await askedRoute(searchParams);
  return (
    <Prefetched reads={[moveRead(route), switchRead(route ?? (await asking()).config.route)]}>
      <MovePage />
    </Prefetched>
  );
}
