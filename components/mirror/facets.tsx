"use client";

import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { type ChangeFilters, facetsQuery } from "@/components/data/mirror-queries";
import { cx } from "@/components/ui/cx";
import { Skeleton } from "@/components/ui/skeleton";
import { ProblemNote } from "@/components/ui/states";
import { countWords } from "@/components/words/figures";
import { reasonWords } from "@/lib/shapes/runs/reason-names";
import type { Review } from "./review-url";
import type { SetReview } from "./use-changes";

const signNames = { "+": "added", "-": "removed", "~": "changed" } as const;
const signColours = { "+": "text-create", "-": "text-orphan", "~": "text-update" } as const;

type Props = { planId: string; one: "record" | "document"; filters: ChangeFilters; asked: Review; setAsked: SetReview };

/**
 * What the records that match have in common, and in how many of them: that one field was renamed is seen here first. A click shows
 * those records.
 */
export function Facets({ planId, one, filters, asked, setAsked }: Props) {
  const { data, error, refetch } = useQuery(facetsQuery(planId, filters));
  if (error && !data) return <ProblemNote error={error} retry={() => void refetch()} />;
  if (!data) return <Skeleton className="h-32 w-full rounded-md" />;
  if (filters.kind === "problem") {
    const most = Math.max(1, ...data.reasons.map((facet) => facet.count));
    return (
      <FacetList title="Reasons" found={data.reasons.length} exact={data.exact}>
        {data.reasons.map(({ reason, count }) => (
          <FacetLine
            key={reason}
            on={asked.reason === reason}
            title={reasonWords[reason]}
            count={count}
            one={one}
            share={count / most}
            area="bg-problem-area"
            onClick={() => void setAsked({ reason: asked.reason === reason ? null : reason, at: null })}
            sign={<span className="font-mono font-semibold text-problem">!</span>}
          >
            {reasonWords[reason]}
          </FacetLine>
        ))}
      </FacetList>
    );
  }
  if (one === "document") {
    const most = Math.max(1, ...data.present.map((facet) => facet.count));
    return (
      <FacetList title="Levels that would be overwritten" found={data.present.length} exact={data.exact}>
        {data.present.map(({ value, count }) => {
          const on = asked.present === value;
          return (
            <FacetLine
              key={value}
              on={on}
              title={value}
              count={count}
              one={one}
              share={count / most}
              area="bg-update-area"
              onClick={() => void setAsked({ present: on ? null : value, at: null })}
              sign={
                <span aria-hidden className="font-mono font-semibold text-update">
                  ~
                </span>
              }
            >
              <span className="font-mono text-[12.5px]">{value}</span>
            </FacetLine>
          );
        })}
      </FacetList>
    );
  }
  const most = Math.max(1, ...data.keys.map((facet) => facet.count));
  return (
    <FacetList title="Changed fields" found={data.keys.length} exact={data.exact}>
      {data.keys.map(({ sign, key, count }) => {
        const on = asked.key === key && asked.sign === sign;
        return (
          <FacetLine
            key={`${sign}${key}`}
            on={on}
            title={`${key}: ${signNames[sign]}`}
            count={count}
            one={one}
            share={count / most}
            area="bg-update-area"
            onClick={() => void setAsked(on ? { key: null, sign: null, at: null } : { key, sign, at: null })}
            sign={
              <span className={cx("font-mono font-semibold", signColours[sign])}>
                <span aria-hidden>{sign}</span>
                <span className="sr-only">{signNames[sign]}: </span>
              </span>
            }
          >
            <span className="font-mono text-[12.5px]">{key}</span>
          </FacetLine>
        );
      })}
      {data.total > data.keys.length && (
        <li className="px-2 py-1 text-xs text-quiet">
          The {countWords(data.keys.length)} keys in most records, of {countWords(data.total)}.
        </li>
      )}
    </FacetList>
  );
}

function FacetList({
  title,
  found,
  exact,
  children,
}: {
  title: string;
  found: number;
  /** False while a search is under way: then each counts so many so far. */
  exact: boolean;
  children: ReactNode;
}) {
  return (
    <section aria-labelledby="facets">
      <h2 id="facets" className="mb-1 text-xs font-medium text-quiet">
        {title}
        {!exact && ", counted so far"}
      </h2>
      <ul className="max-h-60 overflow-y-auto rounded-md border border-line bg-surface p-1 lg:max-h-[60vh]">
        {children}
        {exact && found === 0 && <li className="px-2 py-1 text-quiet">None</li>}
      </ul>
    </section>
  );
}

function FacetLine({
  on,
  title,
  count,
  one,
  share,
  area,
  sign,
  onClick,
  children,
}: {
  on: boolean;
  title: string;
  count: number;
  one: string;
  share: number;
  area: string;
  sign: ReactNode;
  onClick(): void;
  children: ReactNode;
}) {
  return (
    <li>
      <button
        type="button"
        aria-pressed={on}
        title={title}
        onClick={onClick}
        className={cx(
          "grid w-full grid-cols-[1rem_1fr_auto] items-center gap-x-1 rounded-sm px-2 py-1 text-left text-sm -outline-offset-2 hover:bg-sunken",
          on && "bg-accent-wash",
        )}
      >
        {sign}
        <span className="truncate">{children}</span>
        <span className="figures">
          {countWords(count)}
          <span className="sr-only"> {count === 1 ? one : `${one}s`}</span>
        </span>
        <span aria-hidden className="col-start-2 col-end-4 mt-0.5 h-0.5 bg-sunken">
          <span
            className={cx("block h-full", count > 0 && "min-w-0.5", area)}
            style={{ width: `${(share * 100).toString()}%` }}
          />
        </span>
      </button>
    </li>
  );
}
