import type { Metadata } from "next";
import { redirect } from "next/navigation";
import type { SearchParams } from "nuqs/server";
import { planQuery } from "@/components/data/queries";
import { RunPage } from "@/components/runs/run-page";
import { shortId } from "@/components/words/run";
import { showPlan } from "@/lib/actions/plans/show-plan";
import { showRunDetail } from "@/lib/actions/runs/show-run-detail";
import { ownAddress } from "../../page-route";
import { Prefetched } from "../../prefetch";
import { runDetailRead, segmentsRead } from "../../reads";
import { asking } from "../../who-asks";

type Props = { params: Promise<{ id: string }>; searchParams: Promise<SearchParams> };

export async function generateMetadata({ params }: Pick<Props, "params">): Promise<Metadata> {
  return { title: `Run ${shortId((await params).id)}` };
}

export default async function OneRunPage({ params, searchParams }: Props) {
  const { id } = await params;
  // Its plan stands on the page of an analysis: it comes with it, so that nothing moves. A run that can't be read has its words there.
  const ctx = await asking();
  const detail = await showRunDetail(ctx, { id }).catch(() => null);
  const own = detail && (await ownAddress(`/runs/${encodeURIComponent(id)}`, searchParams, detail.run));
  if (own !== null) redirect(own);
  const planId = detail?.run.kind === "plan" ? detail.run.planId : null;
  const reads = [
    detail ? { ...runDetailRead(id), read: async () => detail } : runDetailRead(id),
    segmentsRead(id),
    ...(planId === null
      ? []
      : [{ queryKey: planQuery(planId).queryKey, read: (given: typeof ctx) => showPlan(given, { id: planId }) }]),
  ];
  return (
    <Prefetched reads={reads}>
      <RunPage key={id} id={id} />
    </Prefetched>
  );
}
