import { planQuery } from "@/components/data/queries";
import { PlanPage } from "@/components/mirror/plan-page";
import { showPlan } from "@/lib/actions/show-plan";
import { Prefetched } from "../../prefetch";

type Props = { params: Promise<{ id: string }> };

export const metadata = { title: "Plan" };

export default async function OnePlanPage({ params }: Props) {
  const { id } = await params;
  return (
    <Prefetched reads={[{ queryKey: planQuery(id).queryKey, read: (ctx) => showPlan(ctx, { id }) }]}>
      <PlanPage key={id} id={id} />
    </Prefetched>
  );
}
