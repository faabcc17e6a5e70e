"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { runsQuery } from "@/components/data/queries";
import { PlanTable } from "@/components/mirror/plan-table";
import { RunTable } from "@/components/runs/run-table";
import { ButtonLink } from "@/components/ui/button";
import { Section } from "@/components/ui/page-head";
import { Skeleton } from "@/components/ui/skeleton";
import { Empty, ProblemNote } from "@/components/ui/states";

const runsShown = 8;

/** What was planned and applied before. */
export function History() {
  const query = useInfiniteQuery(runsQuery({ state: [], kind: "clearance", search: "", route: null }));
  const runs = query.data?.pages[0]?.runs.slice(0, runsShown);
  return (
    <>
      <Section title="Last plans">
        <PlanTable home="clearance" />
      </Section>
      <Section
        title="Last runs"
        actions={
          <ButtonLink href="/runs?kind=clearance" look="quiet">
            All runs
          </ButtonLink>
        }
      >
        {query.error && !query.data && <ProblemNote error={query.error} retry={() => void query.refetch()} />}
        {!runs && !query.error && <Skeleton className="h-32 w-full rounded-md" />}
        {runs?.length === 0 && (
          <Empty title="No runs yet">
            A plan that is applied appears here, with what it wrote and what it left alone.
          </Empty>
        )}
        {runs && runs.length > 0 && <RunTable runs={runs} />}
      </Section>
    </>
  );
}
