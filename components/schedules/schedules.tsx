"use client";

import { useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useQueryStates } from "nuqs";
import { schedulesQuery } from "@/components/data/fleet-queries";
import { useRoutes } from "@/components/data/use-routes";
import { fleetParsers } from "@/components/fleet/fleet-url";
import { useCommands } from "@/components/shell/commands";
import { Button } from "@/components/ui/button";
import { Skeleton } from "@/components/ui/skeleton";
import { Empty, ProblemNote } from "@/components/ui/states";
import { manyWords } from "@/components/words/figures";
import { ScheduleTable } from "./schedule-table";

// Fetched when it is first opened.
const NewSchedule = dynamic(() => import("./new-schedule").then((module) => module.NewSchedule), { ssr: false });
const ScheduleSheet = dynamic(() => import("./schedule-sheet").then((module) => module.ScheduleSheet), { ssr: false });

/** When what is mirrored by itself, how that went, and setting it. */
export function Schedules() {
  const [asked, setAsked] = useQueryStates(fleetParsers);
  const { many, name } = useRoutes();
  const { data, error, refetch } = useQuery(schedulesQuery(many ? name : null));
  const open = (schedule: string | null) => void setAsked({ schedule, for: null });
  useCommands([
    {
      id: "new-schedule",
      title: "New schedule",
      group: "This page",
      keys: "s",
      words: ["cron", "nightly", "mirror"],
      run: () => open("new"),
    },
  ]);
  const schedules = data?.schedules ?? [];
  return (
    <>
      {error && !data && <ProblemNote error={error} retry={() => void refetch()} />}
      {!data && !error && <Skeleton className="h-48 w-full rounded-md" />}
      {data && schedules.length === 0 && (
        <Empty
          title="No schedules"
          action={
            <Button look="primary" onClick={() => open("new")}>
              New schedule
            </Button>
          }
        >
          A schedule analyses namespaces at set times and applies what keeps to the limits that you set. Anything else
          waits for a review.
        </Empty>
      )}
      {schedules.length > 0 && (
        <>
          <div className="mb-3 flex flex-wrap items-center gap-3">
            <p className="text-sm text-quiet">
              {manyWords(schedules.length, "schedule")}. Schedules run only while a server or a worker is up.
            </p>
            <Button className="ml-auto" onClick={() => open("new")}>
              New schedule
            </Button>
          </div>
          <ScheduleTable schedules={schedules} onOpen={open} />
        </>
      )}
      {asked.schedule === "new" && <NewSchedule namespace={asked.for} onClose={() => open(null)} onSet={open} />}
      {asked.schedule !== null && asked.schedule !== "new" && (
        <ScheduleSheet id={asked.schedule} onClose={() => open(null)} />
      )}
    </>
  );
}
