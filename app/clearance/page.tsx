import { Clearance } from "@/components/clearance/clearance";
import { Prefetched } from "../prefetch";
import { documentNamespacesRead, documentsRead, plansRead, runsRead } from "../reads";

export const metadata = { title: "Clearance" };

const reads = [
  documentsRead,
  documentNamespacesRead({ search: "", only: "all", sort: "missing", direction: "descending", since: null }),
  plansRead({ kind: "clearance", state: null, namespace: null, route: null }),
  runsRead({ state: [], kind: "clearance", search: "", route: null }),
];

export default function ClearancePage() {
  return (
    <Prefetched reads={reads}>
      <Clearance />
    </Prefetched>
  );
}
