"use client";

import { useQuery } from "@tanstack/react-query";
import { parseAsBoolean, parseAsInteger, parseAsString, useQueryStates } from "nuqs";
import { useState } from "react";
import { estimateMigration } from "@/app/actions/migrating";
import { useAct } from "@/components/data/act";
import { usePageRoute } from "@/components/data/page-route";
import { overviewQuery } from "@/components/data/queries";
import { along } from "@/components/data/route-address";
import { LaterEstimate } from "@/components/migrate/later-estimate";
import { PlanForm, type PlanNumbers } from "@/components/migrate/plan-form";
import { useDefaultBatch } from "@/components/migrate/use-default-batch";
import { Section } from "@/components/ui/page-head";
import { Notice, ProblemNote } from "@/components/ui/states";
import { toast } from "@/components/ui/toast";
import type { Coverage } from "@/lib/shapes/routes/fill";
import { type Chosen, RowFields } from "./row-fields";

const parsers = {
  column: parseAsString,
  value: parseAsString.withDefault(""),
  force: parseAsBoolean.withDefault(false),
  limit: parseAsInteger,
  batch: parseAsInteger,
  plan: parseAsString,
};

/** Which rows are meant, what filling them takes, and the start: the same plan as of any migration. */
export function FillForm({ coverage }: { coverage: Coverage | undefined }) {
  const route = usePageRoute();
  const [asked, setAsked] = useQueryStates(parsers);
  const [outdated, setOutdated] = useState(false);
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
  const letGo = () => {
    if (asked.plan === null) return;
    setOutdated(true);
    void setAsked({ plan: null });
  };
  const choose = ({ column, value, force }: Chosen) => {
    estimating.reset();
    letGo();
    void setAsked({ column, value: value === "" ? null : value, force: force || null, plan: null });
  };
  const estimate = ({ limit, batchSize }: PlanNumbers) => {
    setOutdated(false);
    void setAsked({ limit, batch: batchSize, plan: null });
    estimating.mutate({
      all: true,
      ...along(route),
      ...(asked.column === null ? {} : { where: { column: asked.column, value: asked.value } }),
      ...(asked.force ? { force: true } : {}),
      ...(limit === null ? {} : { limit }),
      ...(batchSize === null ? {} : { batchSize }),
    });
  };
  return (
    <>
      <Section title="2. Select rows and estimate">
        <div className="grid gap-5">
          <RowFields
            chosen={{ column: asked.column, value: asked.value, force: asked.force }}
            coverage={coverage}
            disabled={estimating.isPending}
            onChange={choose}
          />
          <PlanForm
            of="filling"
            copies={false}
            initial={{ limit: asked.limit, batchSize: asked.batch }}
            defaultBatch={defaultBatch}
            ready={coverage !== undefined}
            busy={estimating.isPending}
            estimated={asked.plan !== null}
            refusal={estimating.error}
            onChange={letGo}
            onEstimate={estimate}
          />
          {estimating.error !== null && <ProblemNote error={estimating.error} />}
        </div>
      </Section>
      {asked.plan === null && outdated && (
        <Notice level="warn">Estimate is out of date: the selection or its settings changed. Estimate again.</Notice>
      )}
      {asked.plan !== null && (
        <Section title="3. Review and start">
          <LaterEstimate key={asked.plan} planId={asked.plan} sandbox={overview.data?.mode === "sandbox"} />
        </Section>
      )}
    </>
  );
}
