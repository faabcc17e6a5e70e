"use client";

import { useQuery } from "@tanstack/react-query";
import { historyQuery } from "@/components/data/queries";
import { Moment } from "@/components/ui/moment";
import { Section } from "@/components/ui/page-head";
import { Skeleton } from "@/components/ui/skeleton";
import { ProblemNote } from "@/components/ui/states";
import { Cell, HeadCell, Row, Table } from "@/components/ui/table";
import { bytesWords, countWords } from "@/components/words/figures";
import type { HistoryPart } from "@/lib/shapes/history";

const words: Record<HistoryPart, string> = {
  runs: "Runs",
  findings: "Findings",
  log: "Log lines of runs",
  throughput: "Throughput",
  plans: "Plans",
  readings: "Readings of sync status",
  schedules: "Scheduled runs and webhook messages",
  gates: "Gates",
  questions: "Questions to both sides",
  attention: "Items that needed attention",
  audit: "Audit trail",
  queue: "Queue",
  "log-files": "Log files",
};

/** What Portage keeps of its own past, and how much room that takes. */
export function History() {
  const { data, error, refetch } = useQuery(historyQuery());
  return (
    <Section
      title="History"
      note={
        data &&
        `${bytesWords(data.bytes)} in all. What is beyond these limits is removed in the background; what is open, approved or can be resumed stays.`
      }
    >
      {error && !data && <ProblemNote error={error} retry={() => void refetch()} />}
      {!data && !error && <Skeleton className="h-104 w-full rounded-md" />}
      {data && (
        <Table label="History">
          <thead>
            <tr>
              <HeadCell>Part</HeadCell>
              <HeadCell number>Rows</HeadCell>
              <HeadCell number>Size</HeadCell>
              <HeadCell className="hidden sm:table-cell">Oldest</HeadCell>
              <HeadCell className="hidden md:table-cell">Kept</HeadCell>
            </tr>
          </thead>
          <tbody>
            {data.parts.map(({ part, rows, bytes, oldest, kept }) => (
              <Row key={part}>
                <Cell>
                  {words[part]}
                  <span className="block text-sm text-quiet md:hidden">{kept}</span>
                </Cell>
                <Cell number>{rows === null ? "–" : countWords(rows)}</Cell>
                <Cell number>{bytesWords(bytes)}</Cell>
                <Cell className="hidden sm:table-cell">{oldest === null ? "–" : <Moment at={oldest} />}</Cell>
                <Cell className="hidden text-quiet md:table-cell">{kept}</Cell>
              </Row>
            ))}
          </tbody>
        </Table>
      )}
    </Section>
  );
}
