import type { Metadata } from "next";
import { RunPage } from "@/components/runs/run-page";
import { shortId } from "@/components/words/run";
import { Prefetched } from "../../prefetch";
import { runDetailRead, segmentsRead } from "../../reads";

type Props = { params: Promise<{ id: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `Run ${shortId((await params).id)}` };
}

export default async function OneRunPage({ params }: Props) {
  const { id } = await params;
  return (
    <Prefetched reads={[runDetailRead(id), segmentsRead(id)]}>
      <RunPage key={id} id={id} />
    </Prefetched>
  );
}
