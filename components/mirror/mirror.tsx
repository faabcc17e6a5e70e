"use client";

import { useQuery } from "@tanstack/react-query";
import { parseAsBoolean, parseAsNativeArrayOf, parseAsString, useQueryStates } from "nuqs";
import { analyse } from "@/app/actions/mirroring";
import { TargetNotice } from "@/components/dashboard/target-notice";
import { useAct } from "@/components/data/act";
import { usePageRoute } from "@/components/data/page-route";
import { overviewQuery } from "@/components/data/queries";
import { along } from "@/components/data/route-address";
import { useGo } from "@/components/data/use-go";
import { type Choice, isEmpty } from "@/components/migrate/choice";
import { Picker } from "@/components/migrate/picker";
import { namesInUrl, useRememberedChoice } from "@/components/migrate/remembered-choice";
import { useCommands } from "@/components/shell/commands";
import { Button } from "@/components/ui/button";
import { PageHead, Section } from "@/components/ui/page-head";
import { ProblemNote } from "@/components/ui/states";
import { toast } from "@/components/ui/toast";
import { PlanTable } from "./plan-table";

const parsers = {
  namespace: parseAsNativeArrayOf(parseAsString).withDefault([]),
  all: parseAsBoolean.withDefault(false),
};

/** Choose namespaces and compare both indexes; the last plans, and what waits for review. */
export function Mirror() {
  const go = useGo();
  const route = usePageRoute();
  const [asked, setAsked] = useQueryStates(parsers);
  const [choice, setChoice, unkept] = useRememberedChoice("mirror", asked);
  const overview = useQuery(overviewQuery(route));
  const analysing = useAct(
    analyse,
    ({ plan, resumed }) => {
      if (resumed) toast("Resumed the interrupted analysis.");
      go(`/plans/${plan.id}`);
    },
    "here",
  );
  const choose = (next: Choice) => {
    analysing.reset();
    setChoice(next);
    const names = next.all || next.names.length > namesInUrl ? [] : [...next.names];
    void setAsked({ all: next.all || null, namespace: names.length > 0 ? names : null });
  };
  const ready = !isEmpty(choice) && !analysing.isPending;
  const start = () =>
    analysing.mutate({ ...(choice.all ? { all: true } : { namespaces: [...choice.names] }), ...along(route) });
  useCommands([
    {
      id: "analyse",
      title: "Analyse differences",
      group: "This page",
      keys: "e",
      words: ["plan", "compare"],
      run: () => {
        if (ready) start();
      },
    },
  ]);
  return (
    <>
      <PageHead title="Mirroring" />
      <div className="grid gap-7">
        {overview.data && <TargetNotice overview={overview.data} />}
        <Section title="Analyse" note="Every record of both indexes is compared. Nothing is embedded, nothing written.">
          <Picker
            choice={choice}
            onChange={choose}
            unkept={unkept}
            disabled={analysing.isPending}
            verb="Mirror"
            initially="all"
          />
          {analysing.error !== null && (
            <div className="mt-3">
              <ProblemNote error={analysing.error} />
            </div>
          )}
          <Button look="primary" className="mt-4" disabled={isEmpty(choice)} busy={analysing.isPending} onClick={start}>
            {analysing.isPending ? "Starting the analysis" : "Analyse differences"}
          </Button>
        </Section>
        <Section title="Last plans">
          <PlanTable home="mirror" />
        </Section>
      </div>
    </>
  );
}
