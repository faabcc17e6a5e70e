"use client";

import { useQuery } from "@tanstack/react-query";
import { CircleAlert, CircleCheck, CircleMinus, CircleX, type LucideIcon } from "lucide-react";
import { usePageRoute } from "@/components/data/page-route";
import { doctorQuery } from "@/components/data/queries";
import { useCommands } from "@/components/shell/commands";
import { Button } from "@/components/ui/button";
import { cx } from "@/components/ui/cx";
import { Section } from "@/components/ui/page-head";
import { SkeletonRows } from "@/components/ui/skeleton";
import { Empty, ProblemNote } from "@/components/ui/states";
import { Cell, HeadCell, Row, Table } from "@/components/ui/table";
import { withoutCommands } from "@/components/words/problem";
import type { Check } from "@/lib/shapes/overview";

const looks: Record<Check["state"], { icon: LucideIcon; colour: string; word: string }> = {
  ok: { icon: CircleCheck, colour: "text-done", word: "OK" },
  warn: { icon: CircleAlert, colour: "text-attention", word: "Note" },
  error: { icon: CircleX, colour: "text-problem", word: "Problem" },
  off: { icon: CircleMinus, colour: "text-quiet", word: "Not used" },
};

function CheckRow({ check }: { check: Check }) {
  const { icon: Icon, colour, word } = looks[check.state];
  return (
    <Row>
      <Cell className="align-top">
        <span className="inline-flex items-center gap-1.5 whitespace-nowrap">
          <Icon aria-hidden className={cx("size-3.5", colour)} />
          {word}
        </span>
      </Cell>
      <Cell className="align-top">
        <span className="inline-block font-medium first-letter:uppercase">{check.name}</span>
        {check.service.toLowerCase() !== check.name.toLowerCase() && (
          <span className="block text-xs text-quiet">{check.service}</span>
        )}
      </Cell>
      <Cell className="align-top wrap-anywhere">
        {check.words}
        {check.next && <span className="block text-quiet">{withoutCommands(check.next)}</span>}
      </Cell>
      <Cell number className="align-top">
        {check.latencyMs === null ? (
          <span className="text-quiet">–</span>
        ) : (
          <>
            {Math.round(check.latencyMs).toLocaleString("en-US")} <span className="text-quiet">ms</span>
          </>
        )}
      </Cell>
    </Row>
  );
}

/** Asks each service whether it is there and is what it should be: its latency, and what is wrong in words. */
export function Connections() {
  const { data, error, isFetching, refetch } = useQuery({ ...doctorQuery(usePageRoute()), enabled: false });
  const test = () => void refetch();
  useCommands([
    { id: "test-connections", title: "Test connections", group: "This page", keys: "c", words: ["doctor"], run: test },
  ]);
  const problems = data?.checks.filter((check) => check.state === "error").length ?? 0;
  return (
    <Section
      title="Connections"
      note={data && !isFetching && (problems === 0 ? "No problems found" : `${problems.toString()} with a problem`)}
      actions={
        <Button look="primary" busy={isFetching} onClick={test}>
          {isFetching ? "Testing connections" : data ? "Test connections again" : "Test connections"}
        </Button>
      }
    >
      {error && !isFetching && <ProblemNote error={error} retry={test} />}
      {!data && !error && !isFetching && (
        <Empty title="Not tested since this page was opened">
          A test asks each service once: whether the key is right, the index is there and its dimension fits. It costs
          nothing and writes nothing.
        </Empty>
      )}
      {(data || isFetching) && (
        <Table label="Connections" aria-busy={isFetching}>
          <thead>
            <tr>
              <HeadCell className="w-24">State</HeadCell>
              <HeadCell className="w-[22%]">Connection</HeadCell>
              <HeadCell>What is there</HeadCell>
              <HeadCell number className="w-24">
                Latency
              </HeadCell>
            </tr>
          </thead>
          <tbody>
            {data ? (
              data.checks.map((check) => <CheckRow key={`${check.service} ${check.name}`} check={check} />)
            ) : (
              <SkeletonRows rows={5} />
            )}
          </tbody>
        </Table>
      )}
    </Section>
  );
}
