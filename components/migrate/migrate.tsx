"use client";

import { useQuery } from "@tanstack/react-query";
import { parseAsBoolean, parseAsInteger, parseAsNativeArrayOf, parseAsString, useQueryStates } from "nuqs";
import { useState } from "react";
import { estimateMigration } from "@/app/actions/migrating";
import { TargetNotice } from "@/components/dashboard/target-notice";
import { useAct } from "@/components/data/act";
import { usePageRoute } from "@/components/data/page-route";
import { overviewQuery } from "@/components/data/queries";
import { along } from "@/components/data/route-address";
import { useRoutes } from "@/components/data/use-routes";
import { cx } from "@/components/ui/cx";
import { PageHead, Section } from "@/components/ui/page-head";
import { Notice, ProblemNote } from "@/components/ui/states";
import { toast } from "@/components/ui/toast";
import { countWords } from "@/components/words/figures";
import { wantedDimension } from "@/components/words/route";
import type { Overview } from "@/lib/shapes/overview";
import { type Choice, isEmpty } from "./choice";
import { LaterEstimate } from "./later-estimate";
import { Picker } from "./picker";
import { PlanForm, type PlanNumbers } from "./plan-form";
import { namesInUrl, useRememberedChoice } from "./remembered-choice";
import { useDefaultBatch } from "./use-default-batch";

const parsers = {
  namespace: parseAsNativeArrayOf(parseAsString).withDefault([]),
  all: parseAsBoolean.withDefault(false),
  limit: parseAsInteger,
  batch: parseAsInteger,
  plan: parseAsString,
};

/** Choose namespaces, see what migrating them takes, then start it: nothing is spent before the amount was shown. */
export function Migrate() {
  const route = usePageRoute();
  const [asked, setAsked] = useQueryStates(parsers);
  const [choice, setChoice, unkept] = useRememberedChoice("migrate", asked);
  const overview = useQuery(overviewQuery(route));
  const defaultBatch = useDefaultBatch();

  const estimating = useAct(
    estimateMigration,
    ({ plan, resumed }) => {
      void setAsked({ plan: plan.id });
      if (resumed) toast("Resumed the interrupted estimate.");
    },
    "here",
  );
  const [outdated, setOutdated] = useState(false);
  const letGo = () => {
    if (asked.plan === null) return;
    setOutdated(true);
    void setAsked({ plan: null });
  };
  const choose = (next: Choice) => {
    estimating.reset();
    letGo();
    setChoice(next);
    const names = next.all || next.names.length > namesInUrl ? [] : [...next.names];
    void setAsked({ all: next.all || null, namespace: names.length > 0 ? names : null, plan: null });
  };
  const estimate = ({ limit, batchSize }: PlanNumbers) => {
    setOutdated(false);
    void setAsked({ limit, batch: batchSize, plan: null });
    estimating.mutate({
      ...(choice.all ? { all: true } : { namespaces: [...choice.names] }),
      ...along(route),
      ...(limit === null ? {} : { limit }),
      ...(batchSize === null ? {} : { batchSize }),
    });
  };
  return (
    <>
      <PageHead title="Migrate" note={<Between overview={overview.data} />} />
      <div className="grid gap-7">
        {overview.data && <TargetNotice overview={overview.data} />}
        <Section title="1. Select namespaces" note="Records whose ID already exists in the target are skipped.">
          <Picker choice={choice} onChange={choose} unkept={unkept} disabled={estimating.isPending} />
          {estimating.error !== null && (
            <div className="mt-3">
              <ProblemNote error={estimating.error} />
            </div>
          )}
        </Section>
        <Section title="2. Estimate">
          <PlanForm
            initial={{ limit: asked.limit, batchSize: asked.batch }}
            copies={overview.data?.embedder === null}
            defaultBatch={defaultBatch}
            ready={!isEmpty(choice)}
            busy={estimating.isPending}
            estimated={asked.plan !== null}
            refusal={estimating.error}
            onChange={letGo}
            onEstimate={estimate}
          />
        </Section>
        {asked.plan === null && outdated && (
          <Notice level="warn">Estimate is out of date: the selection or its settings changed. Estimate again.</Notice>
        )}
        {asked.plan !== null && (
          <Section title="3. Review and start">
            <LaterEstimate key={asked.plan} planId={asked.plan} sandbox={overview.data?.mode === "sandbox"} />
          </Section>
        )}
      </div>
    </>
  );
}

/** As long as what comes, so that nothing below moves when it does. */
const unknown = { source: { index: "portage-source", service: "" }, target: { index: "portage-target", service: "" } };

/** What the route does, and from where to where. */
function Between({ overview }: { overview: Overview | undefined }) {
  const { own } = useRoutes();
  const { source, target } = overview ?? unknown;
  const dimension = overview && wantedDimension(overview);
  const end = (index: string) => <span className="font-mono text-[12.5px] text-ink">{index}</span>;
  return (
    <span className={cx(overview === undefined && "invisible")}>
      {own?.words ?? "Re-embed with gemini-embedding-001"}
      {dimension ? ` (${countWords(dimension)} dimensions)` : ""}: {end(source.index || source.service)} to{" "}
      {end(target.index || target.service)}
    </span>
  );
}
