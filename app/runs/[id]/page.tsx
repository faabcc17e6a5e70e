import type { Metadata } from "next";
import { runDetailQuery } from "@/components/data/queries";
import { RunPage } from "@/components/runs/run-page";
import { shortId } from "@/components/words/run";
import { showRunDetail } from "@/lib/actions/show-run-detail";
import { Prefetched } from "../../prefetch";

type Props = { params: Promise<{ id: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `Run ${shortId((await params).id)}` };
}

export default async function OneRunPage({ params }: Props) {
  const { id } = await params;
  return (
    <Prefetched reads={[{ queryKey: runDetailQuery(id).queryKey, read: (ctx) => showRunDetail(ctx, { id }) }]}>
      <RunPage key={id} id={id} />
    </Prefetched>
  );
}
