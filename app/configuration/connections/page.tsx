import { ConnectionsPage } from "@/components/connections/connections-page";
import { Prefetched } from "../../prefetch";
import { connectionsRead, kindsRead } from "../../reads";

export const metadata = { title: "Connections" };

export default function Connections() {
  return (
    <Prefetched reads={[connectionsRead, kindsRead]}>
      <ConnectionsPage />
    </Prefetched>
  );
}
