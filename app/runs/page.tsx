import { Runs } from "@/components/runs/runs";
import { Prefetched } from "../prefetch";
import { runsRead } from "../reads";

export const metadata = { title: "Runs" };

export default function RunsPage() {
  return (
    <Prefetched reads={[runsRead({ state: [], kind: null, search: "" })]}>
      <Runs />
    </Prefetched>
  );
}
