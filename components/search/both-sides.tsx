"use client";

import { ArrowDown, ArrowUp, Equal } from "lucide-react";
import { cx } from "@/components/ui/cx";
import { Identifier } from "@/components/ui/identifier";
import { Section } from "@/components/ui/page-head";
import { Notice } from "@/components/ui/states";
import { countWords } from "@/components/words/figures";
import { withoutCommands } from "@/components/words/problem";
import type { SearchAnswer, SearchHit, SearchSide } from "@/lib/shapes/cut-over/search";
import { ms, Passage } from "./passage";

/** Source left, target right: each hit with its place on the other side. */
export function BothSides({ answer }: { answer: SearchAnswer }) {
  const { source, target, shared } = answer;
  const most = Math.max(source.hits.length, target.hits.length);
  return (
    <>
      {shared !== null && most > 0 && (
        <p className="mb-3 text-sm text-quiet">
          <span className="figures font-medium text-ink">
            {countWords(shared)} of {countWords(most)}
          </span>{" "}
          hits are on both sides.
        </p>
      )}
      <div className="grid items-start gap-5 lg:grid-cols-2">
        <Side name="Source" side={source} other={target} />
        <Side name="Target" side={target} other={source} />
      </div>
    </>
  );
}

function Side({ name, side, other }: { name: string; side: SearchSide; other: SearchSide }) {
  const { collection, service, metric, state, model, embedMs, searchMs, hits } = side;
  const took = [
    ...(embedMs === null ? [] : [`embedded by ${model ?? "its model"} in ${ms(embedMs)}`]),
    ...(searchMs === null ? [] : [`searched in ${ms(searchMs)}`]),
  ].join(", ");
  return (
    <Section title={name} note={`${collection} · ${service}${metric === null ? "" : ` · ${metric}`}`}>
      {state !== "answered" ? (
        <Notice level={state === "failed" ? "error" : "warn"}>
          {side.words} {withoutCommands(side.next ?? "")}
        </Notice>
      ) : (
        <>
          <p className="mb-2 text-xs text-quiet first-letter:uppercase">{took}.</p>
          {hits.length === 0 ? (
            <p className="rounded-md border border-line bg-surface px-3 py-4 text-quiet">Nothing was found.</p>
          ) : (
            <ol className="divide-y divide-line rounded-md border border-line bg-surface">
              {hits.map((hit, at) => (
                <Hit key={hit.id} hit={hit} rank={at + 1} compared={other.state === "answered"} />
              ))}
            </ol>
          )}
        </>
      )}
    </Section>
  );
}

function Hit({ hit, rank, compared }: { hit: SearchHit; rank: number; compared: boolean }) {
  const keys = Object.entries(hit.metadata);
  return (
    <li className="grid grid-cols-[2rem_1fr] gap-x-2 px-3 py-2">
      <span className="figures pt-0.5 text-right text-sm text-quiet">{rank}</span>
      <div className="min-w-0">
        <div className="flex items-baseline gap-3">
          <Identifier text={hit.id} className="min-w-0 flex-1" />
          {compared && <Moved rank={rank} other={hit.otherRank} />}
          <span className="figures text-sm">{hit.score.toFixed(4)}</span>
        </div>
        <Passage parts={hit.text} />
        {keys.length > 0 && (
          <p className="mt-0.5 truncate font-mono text-xs text-quiet">
            {keys
              .map(([key, value]) => `${key}=${typeof value === "string" ? value : JSON.stringify(value)}`)
              .join("  ")}
          </p>
        )}
      </div>
    </li>
  );
}

/** Where the same record stands on the other side: a sign and a word, never colour alone. */
function Moved({ rank, other }: { rank: number; other: number | null }) {
  const look = "inline-flex items-center gap-0.5 text-xs whitespace-nowrap";
  if (other === null) return <span className={cx(look, "font-medium text-attention")}>only here</span>;
  if (other === rank)
    return (
      <span className={cx(look, "text-quiet")}>
        <Equal aria-hidden className="size-3" />
        <span className="sr-only">same place on the other side, </span>#{other}
      </span>
    );
  const Icon = other > rank ? ArrowDown : ArrowUp;
  return (
    <span className={cx(look, "text-quiet")}>
      <Icon aria-hidden className="size-3" />
      <span className="sr-only">on the other side </span>#{other}
    </span>
  );
}
