import { redirect } from "next/navigation";
import type { SearchParams } from "nuqs/server";
import { planQuery } from "@/components/data/queries";
import { PlanPage } from "@/components/mirror/plan-page";
import { loadReview } from "@/components/mirror/review-url";
import { showPlan } from "@/lib/actions/plans/show-plan";
import { askedRoute, ownAddress } from "../../page-route";
import { Prefetched } from "../../prefetch";
import { overviewRead, runDetailRead } from "../../reads";
import { asking } from "../../who-asks";
import { reviewReads } from "./review-reads";

type Props = { params: Promise<{ id: string }>; searchParams: Promise<SearchParams> };

export async function generateMetadata({ params }: Pick<Props, "params">) {
  return { title: `Plan ${(await params).id.replace(/^plan-/, "")}` };
}

export default async function OnePlanPage({ params, searchParams }: Props) {
  const { id } = await params;
  const asked = await loadReview(searchParams);
  // What it is decides what is read with it; a plan that can't be read has its words on the page.
  const plan = await showPlan(await asking(), { id }).catch(() => null);
  const own = plan && (await ownAddress(`/plans/${encodeURIComponent(id)}`, searchParams, plan));
  if (own !== null) redirect(own);
  const reads = plan
    ? [
        { queryKey: planQuery(id).queryKey, read: async () => plan },
        ...reviewReads(plan, asked),
        overviewRead(await askedRoute(searchParams)),
        ...(plan.runId === null ? [] : [runDetailRead(plan.runId)]),
      ]
    : [{ queryKey: planQuery(id).queryKey, read: (ctx: Parameters<typeof showPlan>[0]) => showPlan(ctx, { id }) }];
  return (
    <Prefetched reads={reads}>
      <PlanPage key={id} id={id} />
    </Prefetched>
  );
}
