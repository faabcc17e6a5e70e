import { InspectPage } from "@/components/inspect/inspect-page";
import { Prefetched } from "../prefetch";
import { connectionsRead } from "../reads";

export const metadata = { title: "Inspect" };

export default function Inspect() {
  return (
    <Prefetched reads={[connectionsRead]}>
      <InspectPage />
    </Prefetched>
  );
}
