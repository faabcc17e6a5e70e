"use client";

import { useQuery } from "@tanstack/react-query";
import { gatesQuery } from "@/components/data/move-queries";
import { useRouteName } from "@/components/data/page-route";
import { useGo } from "@/components/data/use-go";
import { Link } from "@/components/ui/link";
import { Moment } from "@/components/ui/moment";
import { PageHead, Section } from "@/components/ui/page-head";
import { useRowKeys } from "@/components/ui/row-keys";
import { Skeleton } from "@/components/ui/skeleton";
import { Empty, ProblemNote } from "@/components/ui/states";
import { Cell, HeadCell, Row, Table } from "@/components/ui/table";
import { withoutCommands } from "@/components/words/problem";
import type { Gate } from "@/lib/shapes/cut-over/gate";
import { StartGate } from "./start-gate";
import { VerdictWord } from "./verdict-word";

/** Whether search is as good on the target: asked here, and what was answered before. */
export function GatePage() {
  const name = useRouteName();
  const { data, error, refetch } = useQuery(gatesQuery(name));
  return (
    <>
      <PageHead title="Gate" note="Whether search is as good on the target. Both sides are only read." />
      <StartGate name={name} />
      <Section title="Verdicts" className="mt-6">
        {error && !data && <ProblemNote error={error} retry={() => void refetch()} />}
        {!data && !error && <Skeleton className="h-40 w-full rounded-md" />}
        {data && data.gates.length === 0 && (
          <Empty title="No verdict yet">
            Counts say that the records are there. The gate says whether search finds the same, or as well: GO, NO-GO or
            INCONCLUSIVE, each with its reasons.
          </Empty>
        )}
        {data && data.gates.length > 0 && <Verdicts gates={data.gates} />}
      </Section>
    </>
  );
}

function Verdicts({ gates }: { gates: readonly Gate[] }) {
  const go = useGo();
  const keys = useRowKeys({
    count: gates.length,
    onOpen: (index) => {
      const gate = gates[index];
      if (gate) go(`/gate/${gate.id}`);
    },
  });
  return (
    <Table label="Verdicts" className="table-fixed">
      <thead>
        <tr>
          <HeadCell className="md:w-36">Verdict</HeadCell>
          <HeadCell className="hidden md:table-cell">Why</HeadCell>
          <HeadCell className="hidden w-36 md:table-cell">Questions</HeadCell>
          <HeadCell number className="w-28">
            Started
          </HeadCell>
        </tr>
      </thead>
      <tbody {...keys.body}>
        {gates.map((gate, index) => (
          <Row key={gate.id} {...keys.row(index)} className="cursor-pointer" onClick={() => go(`/gate/${gate.id}`)}>
            <Cell>
              <Link href={`/gate/${gate.id}`} tabIndex={-1} className="rounded-sm">
                <VerdictWord gate={gate} />
              </Link>
              <p className="line-clamp-3 text-xs wrap-anywhere text-quiet md:hidden">{whyOf(gate)}</p>
            </Cell>
            <Cell className="hidden truncate md:table-cell">{whyOf(gate)}</Cell>
            <Cell className="hidden truncate text-quiet md:table-cell">{sourceWords[gate.settings.queries]}</Cell>
            <Cell number className="align-top text-quiet md:align-middle">
              <Moment at={gate.startedAt} />
            </Cell>
          </Row>
        ))}
      </tbody>
    </Table>
  );
}

const whyOf = ({ state, words }: Gate) =>
  state === "running" ? "Both sides are being asked." : withoutCommands(words);

export const sourceWords: Record<Gate["settings"]["queries"], string> = {
  documents: "Documents",
  "known-items": "Known items",
  file: "Given questions",
};
