"use client";

import dynamic from "next/dynamic";
import { parseAsStringLiteral, useQueryState } from "nuqs";
import { useCommands } from "@/components/shell/commands";
import { useHealth } from "@/components/shell/connection";
import { CopyButton } from "@/components/ui/identifier";
import { PageHead } from "@/components/ui/page-head";
import { Skeleton } from "@/components/ui/skeleton";
import { RunStateWord } from "@/components/ui/state-word";
import { ProblemNote } from "@/components/ui/states";
import { Tabs } from "@/components/ui/tabs";
import { feedWords, runKindOf, shortId } from "@/components/words/run";
import { isClearance } from "@/lib/shapes/documents/is-clearance";
import type { Run } from "@/lib/shapes/runs/run";
import { RunActions } from "./run-actions";
import { RunSummary } from "./run-summary";
import { Segments } from "./segments";
import { useLiveRun } from "./use-live-run";

// Parts that aren't open at first are fetched when they are opened.
const AboutRun = dynamic(() => import("./about-run").then((module) => module.AboutRun), { loading: () => null });
const Findings = dynamic(() => import("./findings").then((module) => module.Findings), { loading: () => null });
const RunLog = dynamic(() => import("./run-log").then((module) => module.RunLog), { loading: () => null });

const tabNames = ["namespaces", "findings", "log", "about"] as const;
const tabTitles: Record<(typeof tabNames)[number], string> = {
  namespaces: "Namespaces",
  findings: "Findings",
  log: "Log",
  about: "Settings and timeline",
};
function findingsOf(run: Run): number {
  const { skipped, failed, drifted, warning } = run.findings;
  return skipped + failed + drifted + warning;
}

/** One run: what it did, what it left out and why, what it cost, who did what. Reload it or close it: the run goes on. */
export function RunPage({ id }: { id: string }) {
  const { detail, feed, lines } = useLiveRun(id);
  const [tab, setTab] = useQueryState("tab", parseAsStringLiteral(tabNames).withDefault("namespaces"));
  const { data, error } = detail;
  const heard = feedWords(feed, useHealth() === "offline");
  useCommands(
    tabNames.map((name, at) => ({
      id: `tab ${name}`,
      title: `Show ${tabTitles[name].toLowerCase()}`,
      group: "This page" as const,
      keys: (at + 1).toString(),
      run: () => void setTab(name),
    })),
  );
  if (!data) {
    return (
      <>
        <PageHead title={`Run ${shortId(id)}`} />
        {error ? <ProblemNote error={error} retry={() => void detail.refetch()} /> : <RunSkeleton />}
      </>
    );
  }
  const { run } = data;
  const documents = isClearance(data.settings);
  return (
    <>
      <PageHead
        title={runKindOf(run)}
        note={
          <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <span className="inline-flex items-center font-mono text-xs">
              {run.id}
              <CopyButton text={run.id} what="the run's ID" />
            </span>
            <span role="status" className="font-medium text-ink">
              <RunStateWord state={run.state} warnings={run.findings.warning} />
            </span>
            {heard !== "" && <span className="text-xs">{heard}</span>}
          </span>
        }
        actions={<RunActions run={run} settings={data.settings} />}
      />
      <RunSummary detail={data} />
      <div className="mt-7">
        <Tabs
          label="Parts of the run"
          open={tab}
          onOpen={(name) => void setTab(name)}
          tabs={[
            {
              name: "namespaces",
              label: documents ? "Documents" : tabTitles.namespaces,
              ...(documents ? {} : { count: data.segmentTotal }),
              content: <Segments run={run} />,
            },
            { name: "findings", label: tabTitles.findings, count: findingsOf(run), content: <Findings run={run} /> },
            { name: "log", label: tabTitles.log, content: <RunLog run={run} lines={lines} /> },
            { name: "about", label: tabTitles.about, content: <AboutRun detail={data} /> },
          ]}
        />
      </div>
    </>
  );
}

function RunSkeleton() {
  return (
    <div aria-busy="true">
      <span role="status" className="sr-only">
        Reading the run
      </span>
      <Skeleton className="h-8 w-full" />
      <Skeleton className="mt-4 h-16 w-full" />
      <Skeleton className="mt-4 h-40 w-full rounded-md" />
    </div>
  );
}
