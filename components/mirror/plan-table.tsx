"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { plansQuery } from "@/components/data/mirror-queries";
import { Count } from "@/components/ui/figure";
import { NamespaceName } from "@/components/ui/identifier";
import { Moment } from "@/components/ui/moment";
import { useRowKeys } from "@/components/ui/row-keys";
import { ShoresLine } from "@/components/ui/shores-bar";
import { Skeleton } from "@/components/ui/skeleton";
import { Empty, ProblemNote } from "@/components/ui/states";
import { Cell, HeadCell, Row, Table } from "@/components/ui/table";
import { planStateWords } from "@/components/words/change";
import { manyWords } from "@/components/words/figures";
import { partsOfPlan } from "@/components/words/plan";
import type { Plan } from "@/lib/shapes/plan";

/** The last plans of mirrorings, newest first, with where they stand. */
export function PlanTable() {
  const router = useRouter();
  const { data, error, refetch } = useQuery(plansQuery());
  const plans = data?.plans.filter((plan) => plan.kind === "mirror") ?? [];
  const keys = useRowKeys({
    count: plans.length,
    onOpen: (index) => {
      const plan = plans[index];
      if (plan) router.push(`/plans/${plan.id}`);
    },
  });
  if (error && !data) return <ProblemNote error={error} retry={() => void refetch()} />;
  if (!data) return <Skeleton className="h-32 w-full rounded-md" />;
  if (plans.length === 0)
    return (
      <Empty title="No plans yet">
        An analysis is kept as a plan: what would be created and updated, record by record, to be reviewed and applied.
      </Empty>
    );
  return (
    <Table label="Plans" className="table-fixed">
      <thead>
        <tr>
          <HeadCell className="w-[46%] sm:w-[26%]">Namespaces</HeadCell>
          <HeadCell>State</HeadCell>
          <HeadCell className="hidden w-[18%] md:table-cell">Source to target</HeadCell>
          <HeadCell number className="hidden w-20 sm:table-cell">
            Create
          </HeadCell>
          <HeadCell number className="hidden w-20 sm:table-cell">
            Update
          </HeadCell>
          <HeadCell number className="hidden w-20 lg:table-cell">
            Orphans
          </HeadCell>
          <HeadCell number className="hidden w-20 lg:table-cell">
            Problems
          </HeadCell>
          <HeadCell number className="hidden w-28 sm:table-cell">
            Analysed
          </HeadCell>
        </tr>
      </thead>
      <tbody {...keys.body}>
        {plans.map((plan, index) => (
          <Row
            key={plan.id}
            {...keys.row(index)}
            className="cursor-pointer"
            onClick={() => router.push(`/plans/${plan.id}`)}
          >
            <Cell className="overflow-hidden">
              <Link href={`/plans/${plan.id}`} tabIndex={-1} className="flex min-w-0 rounded-sm hover:text-accent">
                <Places plan={plan} />
              </Link>
            </Cell>
            <Cell>{planStateWords[plan.state]}</Cell>
            <Cell className="hidden md:table-cell">
              <ShoresLine parts={partsOfPlan(plan.counts)} tense="plan" />
            </Cell>
            <Cell number className="hidden sm:table-cell">
              <Count value={plan.counts.create} />
            </Cell>
            <Cell number className="hidden sm:table-cell">
              <Count value={plan.counts.update} />
            </Cell>
            <Cell number className="hidden lg:table-cell">
              <Count value={plan.counts.orphan} />
            </Cell>
            <Cell number className="hidden lg:table-cell">
              <Count value={plan.counts.problem} />
            </Cell>
            <Cell number className="hidden text-quiet sm:table-cell">
              <Moment at={plan.createdAt} />
            </Cell>
          </Row>
        ))}
      </tbody>
    </Table>
  );
}

function Places({ plan }: { plan: Plan }) {
  const [first] = plan.namespaces;
  if (plan.namespaces.length === 1 && first !== undefined) return <NamespaceName name={first} />;
  return <span>{manyWords(plan.namespaces.length, "namespace")}</span>;
}
