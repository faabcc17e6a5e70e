import { Link } from "@/components/ui/link";
import { Moment } from "@/components/ui/moment";
import { Section } from "@/components/ui/page-head";
import { OutcomeWord } from "@/components/ui/state-word";
import { Cell, HeadCell, Row, Table } from "@/components/ui/table";
import { moneyWords } from "@/components/words/figures";
import { differenceSigns } from "@/lib/shapes/namespaces/difference";
import type { ScheduledRun } from "@/lib/shapes/schedules/schedule";

const link = "rounded-sm underline decoration-control underline-offset-4 hover:text-accent";

/** How a schedule went each time: what was planned, what became of it and why. */
export function ScheduledRuns({ runs, more }: { runs: readonly ScheduledRun[]; more: boolean }) {
  return (
    <Section title="Scheduled runs" note={more && `The last ${runs.length.toString()}`}>
      {runs.length === 0 ? (
        <p className="text-sm text-quiet">Not due yet. Each scheduled run is listed here, with what it planned.</p>
      ) : (
        <Table label="Scheduled runs">
          <thead>
            <tr>
              <HeadCell className="w-24 sm:w-28">Ended</HeadCell>
              <HeadCell className="w-40">Outcome</HeadCell>
              <HeadCell number className="hidden w-36 md:table-cell">
                Planned
              </HeadCell>
              <HeadCell number className="hidden w-20 md:table-cell">
                About
              </HeadCell>
              <HeadCell className="hidden sm:table-cell">Why</HeadCell>
            </tr>
          </thead>
          <tbody>
            {runs.map((run) => (
              <Row key={`${run.startedAt} ${run.endedAt}`} className="align-top">
                <Cell className="whitespace-nowrap text-quiet">
                  <Moment at={run.endedAt} />
                </Cell>
                <Cell>
                  <OutcomeWord outcome={run.outcome} />
                  <span className="mt-1 block wrap-anywhere text-xs text-quiet sm:hidden">{run.words}</span>
                  <Links run={run} className="mt-1 flex gap-3 text-xs sm:hidden" />
                </Cell>
                <Cell number className="hidden md:table-cell">
                  {run.planId === null ? "–" : differenceSigns(run.counts) || "0"}
                </Cell>
                <Cell number className="hidden md:table-cell">
                  {run.planId === null ? "–" : moneyWords(run.usd)}
                </Cell>
                <Cell className="hidden wrap-anywhere sm:table-cell">
                  {run.words} <Links run={run} className="inline-flex gap-3" />
                </Cell>
              </Row>
            ))}
          </tbody>
        </Table>
      )}
    </Section>
  );
}

function Links({ run: { planId, runId }, className }: { run: ScheduledRun; className: string }) {
  return (
    <span className={className}>
      {planId !== null && (
        <Link href={`/plans/${planId}`} className={link}>
          Plan
        </Link>
      )}
      {runId !== null && (
        <Link href={`/runs/${runId}`} className={link}>
          Run
        </Link>
      )}
    </span>
  );
}
