"use client";

import { useQuery } from "@tanstack/react-query";
import { ArrowRight } from "lucide-react";
import { moveQuery, switchQuery } from "@/components/data/move-queries";
import { usePageRoute, useRouteName } from "@/components/data/page-route";
import { PageHead, Section } from "@/components/ui/page-head";
import { Skeleton } from "@/components/ui/skeleton";
import { ProblemNote } from "@/components/ui/states";
import type { Move, MoveStepName } from "@/lib/shapes/cut-over/move";
import { MoveSteps } from "./move-steps";
import { SwitchHistory } from "./switch-history";
import { SwitchPanel } from "./switch-panel";
import { WatchPanel } from "./watch-panel";

/** The whole story of a route, each step with its state and its next button. */
export function MovePage() {
  const { data, error, refetch } = useQuery(moveQuery(usePageRoute()));
  return (
    <>
      <PageHead title="Move" note="From the first look to the switch, and back if need be." />
      {error && !data && <ProblemNote error={error} retry={() => void refetch()} />}
      {!data && !error && <Skeleton className="h-160 w-full rounded-md" />}
      {data && <Story move={data} />}
    </>
  );
}

function Story({ move }: { move: Move }) {
  const name = useRouteName();
  const { data: standing, error, refetch } = useQuery(switchQuery(name));
  const isNext = (name: MoveStepName) => move.steps.some(({ step, state }) => step === name && state === "next");
  return (
    <div className="grid items-start gap-x-7 gap-y-6 lg:grid-cols-[minmax(0,1fr)_22rem]">
      <Section title="Steps" note={move.route}>
        <MoveSteps steps={move.steps} />
      </Section>
      <div className="grid gap-6">
        <Section id="switch" title="The application asks" className="scroll-mt-4">
          <Ends move={move} />
          {standing ? (
            <SwitchPanel name={name} standing={standing} isNext={isNext("switch")} />
          ) : error ? (
            <ProblemNote error={error} retry={() => void refetch()} />
          ) : (
            <Skeleton className="h-40 w-full rounded-md" />
          )}
        </Section>
        {standing?.active === "target" && (
          <Section id="watch" title="Watch" className="scroll-mt-4">
            <WatchPanel name={name} isNext={isNext("watch")} />
          </Section>
        )}
        {standing && standing.history.length > 0 && (
          <Section title="Switches">
            <SwitchHistory history={standing.history} />
          </Section>
        )}
      </div>
    </div>
  );
}

/** Source left, target right; the one that is asked is said in words, too. */
function Ends({ move }: { move: Move }) {
  return (
    <div className="grid grid-cols-[1fr_auto_1fr] items-stretch gap-2">
      <End name="Source" end={move.source} active={move.active === "source"} />
      <ArrowRight aria-hidden className="size-4 self-center text-quiet" />
      <End name="Target" end={move.target} active={move.active === "target"} />
    </div>
  );
}

function End({ name, end, active }: { name: string; end: Move["source"]; active: boolean }) {
  return (
    <div
      className={`min-w-0 rounded-md border px-3 py-2 ${active ? "border-accent bg-accent-wash" : "border-line bg-surface"}`}
    >
      <p className="text-xs text-quiet">
        {name}
        {active && <span className="font-medium text-ink"> · asked now</span>}
      </p>
      <p className="font-mono text-[12.5px] wrap-anywhere">{end.index === "" ? end.connection : end.index}</p>
    </div>
  );
}
