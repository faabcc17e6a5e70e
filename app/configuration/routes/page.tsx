import { RoutesPage } from "@/components/routes/routes-page";
import { Prefetched } from "../../prefetch";
import { connectionsRead, kindsRead, routesRead } from "../../reads";

export const metadata = { title: "Routes" };

export default function Routes() {
  return (
    <Prefetched reads={[routesRead, connectionsRead, kindsRead]}>
      <RoutesPage />
    </Prefetched>
  );
}
