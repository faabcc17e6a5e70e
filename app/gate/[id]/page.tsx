import { VerdictPage } from "@/components/gate/verdict-page";
import { Prefetched } from "../../prefetch";
import { gateRead } from "../../reads";

export const metadata = { title: "Verdict" };

export default async function Verdict({ params }: { params: Promise<{ id: string }> }) {
  const id = decodeURIComponent((await params).id);
  return (
    <Prefetched reads={[gateRead(id)]}>
      <VerdictPage id={id} />
    </Prefetched>
  );
}
