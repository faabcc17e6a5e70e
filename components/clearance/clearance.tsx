"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { parseAsBoolean, parseAsNativeArrayOf, parseAsString, useQueryStates } from "nuqs";
import { useState } from "react";
import { planLevels } from "@/app/actions/clearance";
import { useAct } from "@/components/data/act";
import { documentNamespacesQuery, documentsQuery } from "@/components/data/document-queries";
import { problemOf } from "@/components/data/problem";
import { useGo } from "@/components/data/use-go";
import { windowSize } from "@/components/data/window-size";
import type { Choice } from "@/components/migrate/choice";
import { ButtonLink } from "@/components/ui/button";
import { PageHead, Section } from "@/components/ui/page-head";
import { Skeleton } from "@/components/ui/skeleton";
import { Empty, ProblemNote } from "@/components/ui/states";
import { toast } from "@/components/ui/toast";
import type { DocumentsOverview } from "@/lib/shapes/documents/documents";
import { browseParsers } from "./browse-url";
import { DocumentsState } from "./documents-state";
import { History } from "./history";
import { LevelForm } from "./level-form";
import { NamespacePicker } from "./namespace-picker";
import { RefreshDocuments } from "./refresh-documents";

/** Which documents have a clearance level, and the way to set it: choose, plan, review, apply. */
export function Clearance() {
  const client = useQueryClient();
  const { data, error, refetch, isFetching } = useQuery(documentsQuery());
  const [since, setSince] = useState<string | null>(null);
  const listed = useListed();
  const refresh = () => {
    setSince(new Date().toISOString());
    void client.invalidateQueries({ queryKey: ["documents"] });
  };
  const unconfigured = error !== null && problemOf(error).code === "documents-not-configured";
  return (
    <>
      <PageHead
        title="Clearance"
        note={data && noteOf(data)}
        actions={data && <RefreshDocuments asOf={data.asOf} busy={isFetching} onRefresh={refresh} />}
      />
      <div className="grid gap-7">
        {unconfigured && <NotConfigured />}
        {error && !data && !unconfigured && <ProblemNote error={error} retry={() => void refetch()} />}
        {error && data && <ProblemNote error={error} retry={() => void refetch()} title="What stands below is older" />}
        {!data && !error && <Skeleton className="h-60 w-full rounded-md" />}
        {data && (
          <>
            <DocumentsState overview={data} />
            {data.counts !== null && <SetLevel overview={data} since={since} listed={listed} />}
          </>
        )}
        {!unconfigured && (error !== null || (data && (listed || !data.counts?.total))) && <History />}
      </div>
    </>
  );
}

/** Whether the namespaces have been listed once, or can't be: what stands below them comes then, and isn't pushed away. */
function useListed(): boolean {
  const [asked] = useQueryStates(browseParsers);
  const browse = { ...asked, search: asked.search.trim(), since: null };
  const first = useQuery(documentNamespacesQuery(browse, 0, windowSize));
  const [listed, setListed] = useState(first.isFetched);
  if (first.isFetched && !listed) setListed(true);
  return listed;
}

function noteOf({ service, version, target }: DocumentsOverview) {
  return (
    <>
      <span className="font-mono text-[12.5px] text-ink">{target.join(", ")}</span> in {service}
      {version !== null && ` ${version}`}
    </>
  );
}

function NotConfigured() {
  return (
    <Empty
      title="No Elasticsearch is configured"
      action={<ButtonLink href="/configuration">Show configuration</ButtonLink>}
    >
      Set <code>ELASTICSEARCH_ENDPOINT</code>, <code>ELASTICSEARCH_API_KEY</code> (or{" "}
      <code>ELASTICSEARCH_USERNAME</code> and <code>ELASTICSEARCH_PASSWORD</code>), <code>ELASTICSEARCH_INDEX</code> and{" "}
      <code>ELASTICSEARCH_NAMESPACE_FIELD</code>, then start Portage again. Vectors are migrated without it.
    </Empty>
  );
}

const parsers = {
  namespace: parseAsNativeArrayOf(parseAsString).withDefault([]),
  every: parseAsBoolean.withDefault(false),
};
/** Longer choices are kept by the page, not by its address. */
const namesInUrl = 40;

/** Which documents, which level: and the plan of it. */
function SetLevel({ overview, since, listed }: { overview: DocumentsOverview; since: string | null; listed: boolean }) {
  const go = useGo();
  const [asked, setAsked] = useQueryStates(parsers);
  const [choice, setChoice] = useState<Choice>(asked.every ? { all: true } : { all: false, names: asked.namespace });
  const planning = useAct(planLevels, ({ plan, resumed }) => {
    if (resumed) toast("Resumed the interrupted plan.");
    go(`/plans/${plan.id}`);
  });
  const choose = (next: Choice) => {
    setChoice(next);
    const names = next.all || next.names.length > namesInUrl ? [] : [...next.names];
    void setAsked({ every: next.all || null, namespace: names.length > 0 ? names : null });
  };
  if (overview.counts?.total === 0) {
    return (
      <Empty title="No documents">
        {overview.target.join(", ")} holds no documents yet, so there is nothing to set a level on.
      </Empty>
    );
  }
  return (
    <Section title="Set a level" note="On the documents of some namespaces, or on all.">
      <NamespacePicker choice={choice} onChange={choose} disabled={planning.isPending} since={since} />
      {listed && (
        <LevelForm
          overview={overview}
          choice={choice}
          busy={planning.isPending}
          onPlan={(request) =>
            planning.mutate({ ...request, ...(choice.all ? { all: true } : { namespaces: [...choice.names] }) })
          }
        />
      )}
    </Section>
  );
}
