"use client";

import { useQuery } from "@tanstack/react-query";
import { planLevels } from "@/app/actions/clearance";
import { estimateMigration } from "@/app/actions/migrating";
import { analyse } from "@/app/actions/mirroring";
import { useAct } from "@/components/data/act";
import { planQuery } from "@/components/data/queries";
import { useGo } from "@/components/data/use-go";
import { useCommands } from "@/components/shell/commands";
import { Button } from "@/components/ui/button";
import { isClearance } from "@/lib/shapes/documents/is-clearance";
import { noNamespace } from "@/lib/shapes/names";
import type { Plan } from "@/lib/shapes/plans/plan";
import type { Run, RunDetail } from "@/lib/shapes/runs/run";
import { estimateAgain } from "./estimate-again";

const words = {
  again: { title: "Analyse again", hint: "Reads both sides again, with the same settings. Writes nothing." },
  rest: {
    title: "Plan the rest",
    hint: "Analyses the same namespaces with the same settings: what was written is skipped. Nothing is written before the plan is confirmed.",
  },
};

/** Of a run that was cancelled: a plan of what it left, by the same choice and settings, to be confirmed like any other. */
export function PlanRest({ run, settings }: { run: Run; settings: RunDetail["settings"] }) {
  const go = useGo();
  const along = run.route ? { route: run.route.name } : {};
  const plan = useQuery({ ...planQuery(run.planId ?? ""), enabled: run.planId !== null });
  const open = ({ plan: made }: { plan: Plan }) => go(`/plans/${made.id}`);
  const migration = useAct(estimateMigration, open);
  const mirroring = useAct(analyse, open);
  const levels = useAct(planLevels, open);
  const { title, hint } = run.kind === "plan" ? words.again : words.rest;
  const kind = run.kind === "plan" ? plan.data?.kind : run.kind;
  const namespaces = [...run.namespaces];
  const start = () => {
    if (isClearance(settings)) {
      const { field, kind: of, value, documents, overwrite, unindexed, namespaces: named } = settings.request;
      const chosen = named === "all" ? { all: true } : { namespaces: named.map((name) => name ?? noNamespace) };
      levels.mutate({
        ...chosen,
        field,
        kind: of,
        value,
        documents,
        overwrite,
        unindexed,
        index: settings.target.join(","),
      });
    } else if (kind === "mirror") mirroring.mutate({ namespaces, ...along });
    else migration.mutate({ namespaces, ...along, ...estimateAgain(settings) });
  };
  const ready = isClearance(settings) || kind !== undefined;
  useCommands(ready ? [{ id: "plan-rest", title, group: "This page", words: ["run again", "rest"], run: start }] : []);
  const busy = migration.isPending || mirroring.isPending || levels.isPending;
  return (
    <Button look="primary" title={hint} disabled={!ready} busy={busy} onClick={start}>
      {title}
    </Button>
  );
}
