import { SeveralPage } from "@/components/several/several-page";
import { Prefetched } from "../../../prefetch";
import { connectionsRead, kindsRead, routesRead } from "../../../reads";

export const metadata = { title: "Several collections" };

export default function Several() {
  return (
    <Prefetched reads={[routesRead, connectionsRead, kindsRead]}>
      <SeveralPage />
    </Prefetched>
  );
}
