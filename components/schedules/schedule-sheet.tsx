"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { remove } from "@/app/actions/schedules";
import { useAct } from "@/components/data/act";
import { scheduleQuery } from "@/components/data/fleet-queries";
import { isOf } from "@/components/data/route-address";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Identifier, NamespaceName } from "@/components/ui/identifier";
import { Link } from "@/components/ui/link";
import { Moment } from "@/components/ui/moment";
import { Fact } from "@/components/ui/page-head";
import { Sheet } from "@/components/ui/sheet";
import { Skeleton } from "@/components/ui/skeleton";
import { Notice, ProblemNote } from "@/components/ui/states";
import { toast } from "@/components/ui/toast";
import { countWords } from "@/components/words/figures";
import { limitWords } from "@/components/words/schedule";
import type { Schedule } from "@/lib/shapes/schedules/schedule";
import { Deliveries } from "./deliveries";
import { ScheduleForm } from "./schedule-form";
import { LastRun, SchedulePlaces } from "./schedule-table";
import { ScheduledRuns } from "./scheduled-runs";

const namesShown = 20;

/** One schedule: what it does when, how each run went, what its webhook was told; changing and removing it. */
export function ScheduleSheet({ id, onClose }: { id: string; onClose(): void }) {
  const { data, error, refetch } = useQuery(scheduleQuery(id));
  const client = useQueryClient();
  const [asking, setAsking] = useState(false);
  const [changing, setChanging] = useState(false);
  const removing = useAct(remove, () => {
    void client.invalidateQueries({ predicate: isOf("schedules") });
    toast("The schedule is removed.");
    onClose();
  });
  return (
    <Sheet
      open
      onClose={onClose}
      title={data ? <SchedulePlaces schedule={data.schedule} /> : "Schedule"}
      description="When these namespaces are mirrored automatically, and how that went"
      actions={
        data && (
          <>
            {!changing && <Button onClick={() => setChanging(true)}>Change schedule</Button>}
            <Button look="danger" onClick={() => setAsking(true)}>
              Remove schedule
            </Button>
          </>
        )
      }
    >
      {error && !data && <ProblemNote error={error} retry={() => void refetch()} />}
      {!data && !error && <Skeleton className="h-64 w-full rounded-md" />}
      {data && changing && (
        <ScheduleForm
          initial={data.schedule}
          onSet={() => {
            setChanging(false);
            void refetch();
          }}
          onCancel={() => setChanging(false)}
        />
      )}
      {data && !changing && (
        <div className="grid gap-6">
          <About schedule={data.schedule} />
          <ScheduledRuns runs={data.scheduledRuns} more={data.next !== null} />
          {(data.schedule.webhook !== null || data.deliveries.length > 0) && (
            <Deliveries deliveries={data.deliveries} webhook={data.schedule.webhook} />
          )}
        </div>
      )}
      <Dialog
        open={asking}
        onOpenChange={setAsking}
        title="Remove this schedule?"
        description="Its history goes with it. Plans and runs stay; a run in progress continues."
        actions={
          <>
            <Button onClick={() => setAsking(false)}>Keep schedule</Button>
            <Button look="danger" busy={removing.isPending} onClick={() => removing.mutate({ id })}>
              Remove schedule
            </Button>
          </>
        }
      />
    </Sheet>
  );
}

function About({ schedule }: { schedule: Schedule }) {
  const { namespaces, last, planId } = schedule;
  return (
    <div className="grid gap-4">
      {schedule.trouble !== null && (
        <Notice level="error">
          {schedule.trouble} <span className="text-quiet">It doesn't run until it is changed; others do.</span>
        </Notice>
      )}
      <dl className="grid grid-cols-2 gap-x-6 gap-y-4 sm:grid-cols-4">
        <Fact name="Schedule">
          <span className="font-mono text-[12.5px]">{schedule.cron}</span>
          <span className="block text-xs text-quiet">{schedule.timezone}</span>
        </Fact>
        <Fact name="Next run">
          <Moment at={schedule.nextAt} />
        </Fact>
        <Fact name="Auto-apply limits">{limitWords(schedule)}</Fact>
        <Fact name="Last run">
          <LastRun schedule={schedule} />
        </Fact>
        <Fact name="Schedule">
          <Identifier text={schedule.id} />
        </Fact>
        <Fact name="Route">{schedule.route.name}</Fact>
        <Fact name="Created by">{schedule.createdBy}</Fact>
      </dl>
      {last?.outcome === "review" && planId !== null && schedule.phase === "idle" && (
        <p>
          {last.words}{" "}
          <Link
            href={`/plans/${planId}`}
            className="rounded-sm text-accent underline decoration-control underline-offset-4"
          >
            Review plan
          </Link>
        </p>
      )}
      {namespaces.length > 1 && (
        <ul aria-label="Namespaces" className="flex flex-wrap gap-x-4 gap-y-1 text-sm">
          {namespaces.slice(0, namesShown).map((name) => (
            <li key={name} className="min-w-0">
              <NamespaceName name={name} />
            </li>
          ))}
          {namespaces.length > namesShown && (
            <li className="text-quiet">and {countWords(namespaces.length - namesShown)} more</li>
          )}
        </ul>
      )}
    </div>
  );
}
