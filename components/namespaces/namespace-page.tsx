"use client";

import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { parseAsString, useQueryState } from "nuqs";
import { AttentionItems } from "@/components/attention/attention-items";
import { attentionQuery } from "@/components/data/attention-queries";
import { fleetRowQuery } from "@/components/data/fleet-queries";
import { plansQuery } from "@/components/data/mirror-queries";
import { namespaceRunsQuery } from "@/components/data/namespace-queries";
import { usePageRoute, useRouteName } from "@/components/data/page-route";
import { countQuery } from "@/components/data/queries";
import { RunTable } from "@/components/runs/run-table";
import { VerifyEvery } from "@/components/runs/verify-every";
import { ButtonLink } from "@/components/ui/button";
import { NamespaceName, WrittenAs } from "@/components/ui/identifier";
import { Link } from "@/components/ui/link";
import { Moment } from "@/components/ui/moment";
import { Fact, PageHead, Section } from "@/components/ui/page-head";
import { Skeleton } from "@/components/ui/skeleton";
import { Empty, ProblemNote } from "@/components/ui/states";
import { planKindOf, planStateOf } from "@/components/words/change";
import { countWords } from "@/components/words/figures";
import { differing, fleetStateWords } from "@/components/words/fleet";
import { heldModelsWords } from "@/components/words/models";
import { differenceSentence } from "@/lib/shapes/namespaces/difference";
import type { FleetPage, FleetRow } from "@/lib/shapes/schedules/fleet";
import { RefreshCounts } from "./refresh-counts";

const RecordSheet = dynamic(() => import("./record-sheet").then((module) => module.RecordSheet), { ssr: false });

const itemsShown = 50;
const plansShown = 10;

/** One namespace: counts, last comparison, schedule, what needs somebody, its plans and runs. */
export function NamespacePage({ name }: { name: string }) {
  const route = usePageRoute();
  const routeName = useRouteName();
  const row = useQuery(fleetRowQuery(route, name));
  const open = useQuery(attentionQuery({ state: "open", cause: null, namespace: name, route: routeName }, itemsShown));
  const runs = useQuery(namespaceRunsQuery(routeName, name));
  const plans = useInfiniteQuery(plansQuery({ kind: null, state: null, namespace: name, route: routeName }));
  const asked = `?namespace=${encodeURIComponent(name)}`;
  const planRows = (plans.data?.pages ?? []).flatMap((page) => page.plans).slice(0, plansShown);
  const [record, setRecord] = useQueryState("record", parseAsString);
  const { data, error, refetch } = row;
  const [shown] = data?.rows ?? [];
  // All of it at once: whatever came later would push away what stands below it.
  const settled = [row, open, runs, plans].every((query) => query.data !== undefined || query.error !== null);
  return (
    <>
      <PageHead
        title={<NamespaceName name={name} />}
        actions={
          <>
            {data && <RefreshCounts asOf={data.asOf} />}
            {shown?.source && shown.target && <VerifyEvery of={{ name }} namespaces={[name]} route={route} />}
            <ButtonLink href={`/mirror${asked}`}>Compare</ButtonLink>
            <ButtonLink href={`/migrate${asked}`} look="primary">
              Migrate
            </ButtonLink>
          </>
        }
      />
      {error && !data && <ProblemNote error={error} retry={() => void refetch()} />}
      {!settled && <Skeleton className="h-24" />}
      {settled && data && !shown && (
        <Empty title="No such namespace">Neither index holds a record of it. IDs are case-sensitive.</Empty>
      )}
      <div className={settled ? "grid gap-7" : "hidden"}>
        {data && shown && <Facts row={shown} asOf={data.asOf} />}
        {data && shown && shown.target !== null && shown.target.value > 0 && <Models name={name} />}
        {open.data && open.data.items.length > 0 && (
          <Section title="Needs attention">
            <AttentionItems items={open.data.items} />
          </Section>
        )}
        <Section title="Plans">
          {planRows.length === 0 ? (
            <p className="text-quiet">{noneWords(plans)}</p>
          ) : (
            <ul className="grid gap-1">
              {planRows.map((plan) => (
                <li key={plan.id} className="flex flex-wrap gap-x-3">
                  <Link href={`/plans/${plan.id}`} className="underline decoration-control underline-offset-4">
                    {planKindOf(plan)}
                  </Link>
                  <span>{planStateOf(plan)}</span>
                  <span className="text-quiet">
                    <Moment at={plan.createdAt} />
                  </span>
                </li>
              ))}
            </ul>
          )}
        </Section>
        <Section title="Runs">
          {runs.data && runs.data.runs.length > 0 ? (
            <RunTable runs={runs.data.runs} brief />
          ) : (
            <p className="text-quiet">{noneWords(runs)}</p>
          )}
        </Section>
      </div>
      {record !== null && <RecordSheet name={name} id={record} onClose={() => void setRecord(null)} />}
    </>
  );
}

/** Instead of a list: there is nothing, or it isn't known yet. */
const noneWords = ({ data, error }: { data: unknown; error: unknown }) =>
  data !== undefined ? "None yet." : error ? "Can't be read now." : "…";

/** Which models made the target's vectors. The line stands before they are known, so that nothing moves. */
function Models({ name }: { name: string }) {
  const { data, error } = useQuery(countQuery(usePageRoute(), name, false));
  return (
    <dl>
      <Fact name="Models in the target">
        {data?.models ? heldModelsWords(data.models) : error ? "can't be read now" : "…"}
      </Fact>
    </dl>
  );
}

function Facts({ row, asOf }: { row: FleetRow; asOf: FleetPage["asOf"] }) {
  const { source, target, standing, schedule } = row;
  return (
    <dl className="grid grid-cols-2 gap-x-6 gap-y-4 sm:grid-cols-5">
      <Fact name="Sync status">{fleetStateWords[row.state]}</Fact>
      <Fact name="Source">
        {source ? `${source.exact ? "" : "~"}${countWords(source.value)}` : "0"}
        <span className="block text-xs text-quiet">
          as of <Moment at={asOf} />
        </span>
      </Fact>
      <Fact name="Target">
        {target ? `${target.exact ? "" : "~"}${countWords(target.value)}` : "0"}
        <WrittenAs name={row.writtenAs} />
      </Fact>
      <Fact name="Last checked">
        <Moment at={standing ? (standing.appliedAt ?? standing.analysedAt) : null} />
        <span className="block text-xs text-quiet">{differenceSentence(differing(row))}</span>
      </Fact>
      <Fact name="Next run">
        {schedule ? (
          <Link href={`/fleet?tab=schedules&schedule=${encodeURIComponent(schedule.id)}`}>
            <Moment at={schedule.nextAt} />
          </Link>
        ) : (
          <span className="text-quiet">No schedule</span>
        )}
      </Fact>
    </dl>
  );
}
