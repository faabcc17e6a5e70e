"use client";

import { useQuery } from "@tanstack/react-query";
import { usePageRoute } from "@/components/data/page-route";
import { overviewQuery } from "@/components/data/queries";
import { RefreshCounts } from "@/components/namespaces/refresh-counts";
import { RunTable } from "@/components/runs/run-table";
import { ButtonLink } from "@/components/ui/button";
import { PageHead, Section } from "@/components/ui/page-head";
import { Empty, ProblemNote } from "@/components/ui/states";
import { Attention } from "./attention";
import { DashboardSkeleton } from "./dashboard-skeleton";
import { DocumentsLevels } from "./documents-levels";
import { LeftTable } from "./left-table";
import { TargetNotice } from "./target-notice";
import { TwoSides } from "./two-sides";

/** How far the migration is, what needs attention, what is left, what ran last. */
export function Dashboard() {
  const { data, error, refetch } = useQuery(overviewQuery(usePageRoute()));
  // A missing target has its own notice, with the button that creates it.
  const attention =
    data?.attention.filter((item) => !(data.target.state === "missing" && item.what.startsWith("Target:"))) ?? [];
  return (
    <>
      <PageHead
        title="Dashboard"
        actions={
          <>
            <RefreshCounts asOf={data?.progress.asOf} />
            <ButtonLink href="/migrate" look="primary">
              Migrate namespaces
            </ButtonLink>
          </>
        }
      />
      {error && !data && <ProblemNote error={error} retry={() => void refetch()} />}
      {!data && !error && <DashboardSkeleton />}
      {data && (
        <div className="grid gap-7">
          <TwoSides overview={data} />
          <TargetNotice overview={data} />
          {attention.length > 0 && <Attention items={attention} open={data.attentionCounts.open} />}
          <DocumentsLevels />
          <div className="grid items-start gap-7 lg:grid-cols-[minmax(0,5fr)_minmax(0,7fr)]">
            <LeftTable overview={data} />
            <Section
              title="Last runs"
              actions={
                <ButtonLink href="/runs" look="quiet">
                  All runs
                </ButtonLink>
              }
            >
              {data.runs.length === 0 ? (
                <Empty title="No runs yet">An estimate or a migration appears here as soon as it starts.</Empty>
              ) : (
                <RunTable runs={data.runs} brief />
              )}
            </Section>
          </div>
        </div>
      )}
    </>
  );
}
