"use client";

import { Count } from "@/components/ui/figure";
import { NamespaceName } from "@/components/ui/identifier";
import { Moment } from "@/components/ui/moment";
import { RowButton } from "@/components/ui/row-button";
import { useRowKeys } from "@/components/ui/row-keys";
import { OutcomeWord } from "@/components/ui/state-word";
import { Cell, HeadCell, Row, Table } from "@/components/ui/table";
import { manyWords } from "@/components/words/figures";
import { deliveryWords, limitWords, phaseWords } from "@/components/words/schedule";
import type { Schedule } from "@/lib/shapes/schedules/schedule";

/** What a schedule is about: its one namespace by name, several by number. */
export function SchedulePlaces({ schedule: { namespaces } }: { schedule: Pick<Schedule, "namespaces"> }) {
  const [only] = namespaces;
  if (only === undefined) return "All namespaces";
  return namespaces.length === 1 ? <NamespaceName name={only} /> : manyWords(namespaces.length, "namespace");
}

/** How the last run ended, or what this one is at. */
export function LastRun({ schedule: { phase, last } }: { schedule: Pick<Schedule, "phase" | "last"> }) {
  if (phase !== "idle") return phaseWords[phase];
  return last ? <OutcomeWord outcome={last.outcome} /> : <span className="text-quiet">Not yet due</span>;
}

/** All schedules, the next one due first. */
export function ScheduleTable({ schedules, onOpen }: { schedules: readonly Schedule[]; onOpen(id: string): void }) {
  const keys = useRowKeys({
    count: schedules.length,
    onOpen: (index) => {
      const schedule = schedules[index];
      if (schedule) onOpen(schedule.id);
    },
  });
  return (
    <Table label="Schedules" className="table-fixed">
      <thead>
        <tr>
          <HeadCell className="w-[52%] sm:w-[24%]">Namespaces</HeadCell>
          <HeadCell className="hidden w-44 md:table-cell">Schedule</HeadCell>
          <HeadCell className="hidden lg:table-cell">Auto-apply limits</HeadCell>
          <HeadCell className="w-auto sm:w-40">Last run</HeadCell>
          <HeadCell className="hidden w-44 md:table-cell">Webhook</HeadCell>
          <HeadCell number className="hidden w-28 sm:table-cell">
            Next run
          </HeadCell>
        </tr>
      </thead>
      <tbody {...keys.body}>
        {schedules.map((schedule, index) => (
          <Row key={schedule.id} {...keys.row(index)} className="cursor-pointer" onClick={() => onOpen(schedule.id)}>
            <Cell className="overflow-hidden">
              <RowButton onOpen={() => onOpen(schedule.id)}>
                <SchedulePlaces schedule={schedule} />
              </RowButton>
              <span className="block truncate font-mono text-xs text-quiet md:hidden">{schedule.cron}</span>
            </Cell>
            <Cell className="hidden md:table-cell">
              <span className="font-mono text-[12.5px]">{schedule.cron}</span>
              <span className="block truncate text-xs text-quiet">{schedule.timezone}</span>
            </Cell>
            <Cell className="hidden lg:table-cell">{limitWords(schedule)}</Cell>
            <Cell>
              {schedule.trouble === null ? (
                <LastRun schedule={schedule} />
              ) : (
                <span className="text-problem" title={schedule.trouble}>
                  In trouble
                </span>
              )}
              {schedule.last && schedule.phase === "idle" && (
                <span className="block truncate text-xs text-quiet">
                  <Moment at={schedule.last.at} />
                </span>
              )}
            </Cell>
            <Cell className="hidden md:table-cell">
              <WebhookCell schedule={schedule} />
            </Cell>
            <Cell number className="hidden text-quiet sm:table-cell">
              <Moment at={schedule.nextAt} />
            </Cell>
          </Row>
        ))}
      </tbody>
    </Table>
  );
}

function WebhookCell({ schedule: { webhook, delivery, undelivered } }: { schedule: Schedule }) {
  if (webhook === null) return <span className="text-quiet">None</span>;
  if (delivery === null) return <span className="text-quiet">Nothing sent yet</span>;
  return (
    <>
      <span className={delivery.state === "given-up" ? "text-problem" : undefined}>{deliveryWords(delivery)}</span>
      {undelivered > 0 && (
        <span className="block text-xs text-quiet">
          <Count value={undelivered} /> to be delivered
        </span>
      )}
    </>
  );
}
