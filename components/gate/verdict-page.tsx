"use client";

import { useQuery } from "@tanstack/react-query";
import { Download } from "lucide-react";
import { gateQuery } from "@/components/data/move-queries";
import { ButtonLink } from "@/components/ui/button";
import { cx } from "@/components/ui/cx";
import { Moment } from "@/components/ui/moment";
import { Fact, PageHead, Section } from "@/components/ui/page-head";
import { ProgressBar } from "@/components/ui/progress-bar";
import { Skeleton } from "@/components/ui/skeleton";
import { Notice, ProblemNote } from "@/components/ui/states";
import { countWords, manyWords, moneyWords } from "@/components/words/figures";
import { withoutCommands } from "@/components/words/problem";
import type { GateDetail, GateReason } from "@/lib/shapes/cut-over/gate";
import { sourceWords } from "./gate-page";
import { Layers } from "./layers";
import { LostQuestions } from "./lost-questions";
import { RecordMap } from "./record-map";
import { VerdictWord } from "./verdict-word";

/** A verdict: why, its three layers, and what got worse. */
export function VerdictPage({ id }: { id: string }) {
  const { data, error, refetch } = useQuery(gateQuery(id));
  if (error && !data) return <ProblemNote error={error} retry={() => void refetch()} />;
  if (!data) return <Skeleton className="h-96 w-full rounded-md" />;
  return <Shown gate={data} />;
}

function Shown({ gate }: { gate: GateDetail }) {
  const { result, settings, state } = gate;
  return (
    <>
      <PageHead
        title={<VerdictWord gate={gate} large />}
        note={
          <>
            {gate.route.name} · <Moment at={gate.endedAt ?? gate.startedAt} />
          </>
        }
        actions={
          result && (
            <>
              <ButtonLink href={`/api/v1/gates/${gate.id}/report?format=html`} download>
                <Download aria-hidden className="size-4" />
                Download report
              </ButtonLink>
              <ButtonLink look="quiet" href={`/api/v1/gates/${gate.id}/report?format=json`} download>
                Download JSON
              </ButtonLink>
            </>
          )
        }
      />
      {state === "running" && (
        <div className="mb-5 max-w-140">
          <ProgressBar share={null} words="Checking" />
          <p className="mt-2 text-sm text-quiet">
            Both sides are asked in turn, then every record of both is read once. You can leave this page.
          </p>
        </div>
      )}
      {state === "interrupted" && (
        <Notice level="warn">It was not finished: its process ended. Start another one; nothing was written.</Notice>
      )}
      {state === "ended" && result === null && <Notice level="error">{withoutCommands(gate.words)}</Notice>}
      {result && <Reasons reasons={result.reasons} />}
      <dl
        className={cx(
          "my-6 grid grid-cols-2 gap-x-6 gap-y-3 sm:grid-cols-3",
          settings.cost ? "lg:grid-cols-7" : "lg:grid-cols-6",
        )}
      >
        <Fact name="Questions">
          {result ? `${countWords(result.asked)} of ${countWords(settings.n)}` : `up to ${countWords(settings.n)}`}
        </Fact>
        <Fact name="Taken from">{settings.set ? `Set ${settings.set}` : sourceWords[settings.queries]}</Fact>
        <Fact name="Hits of each">{countWords(settings.k)}</Fact>
        <Fact name="Threshold">{settings.threshold}</Fact>
        <Fact name="Namespaces">
          {settings.namespaces ? manyWords(settings.namespaces.length, "namespace") : "All"}
        </Fact>
        <Fact name="Seed">{settings.seed}</Fact>
        {settings.cost && (
          <Fact name="Cost">
            {result?.spent ? moneyWords(result.spent.usd.total) : "–"}{" "}
            <span className="text-xs text-quiet" title={settings.cost.basis}>
              estimated {moneyWords(settings.cost.usd.total)}
            </span>
          </Fact>
        )}
      </dl>
      {result && <Layers result={result} />}
      {result && result.lost.length > 0 && (
        <Section
          title="Lost questions"
          note={`The ${manyWords(result.lost.length, "worst question")}, worst first`}
          className="mt-6"
        >
          <LostQuestions lost={result.lost} questions={gate.questions} />
        </Section>
      )}
      {result?.map && <RecordMap map={result.map} />}
    </>
  );
}

const marks: Record<GateReason["level"], { sign: string; colour: string; aloud: string }> = {
  "no-go": { sign: "!", colour: "text-problem", aloud: "Against: " },
  inconclusive: { sign: "?", colour: "text-attention", aloud: "Not known: " },
  note: { sign: "·", colour: "text-quiet", aloud: "" },
};

function Reasons({ reasons }: { reasons: readonly GateReason[] }) {
  return (
    <ul aria-label="Reasons" className="max-w-[88ch] rounded-md border border-line bg-surface px-4 py-3">
      {reasons.map(({ level, code, words }) => {
        const { sign, colour, aloud } = marks[level];
        return (
          <li
            key={`${code}${words}`}
            className={cx("grid grid-cols-[1.25rem_1fr] py-0.5", level === "note" && "text-quiet")}
          >
            <span aria-hidden className={cx("font-mono font-semibold", colour)}>
              {sign}
            </span>
            <span className="wrap-anywhere">
              {aloud !== "" && <span className="sr-only">{aloud}</span>}
              {withoutCommands(words)}
            </span>
          </li>
        );
      })}
    </ul>
  );
}
