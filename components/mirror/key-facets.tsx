"use client";

import { useQuery } from "@tanstack/react-query";
import { facetsQuery } from "@/components/data/mirror-queries";
import { cx } from "@/components/ui/cx";
import { Skeleton } from "@/components/ui/skeleton";
import { ProblemNote } from "@/components/ui/states";
import { countWords } from "@/components/words/figures";
import type { Review, SetReview } from "./use-changes";

const signNames = { "+": "only in source", "-": "only in target", "~": "differs" } as const;
const signColours = { "+": "text-create", "-": "text-orphan", "~": "text-update" } as const;

/** Which keys differ, and in how many records: that one field was renamed is seen here first. A click shows those records. */
export function KeyFacets({ planId, asked, setAsked }: { planId: string; asked: Review; setAsked: SetReview }) {
  const { data, error, refetch } = useQuery(facetsQuery(planId, asked.namespace));
  if (error && !data) return <ProblemNote error={error} retry={() => void refetch()} />;
  if (!data) return <Skeleton className="h-32 w-full rounded-md" />;
  const most = Math.max(1, ...data.keys.map((facet) => facet.count));
  return (
    <section aria-labelledby="facets">
      <h2 id="facets" className="mb-1 text-xs font-medium text-quiet">
        Keys that differ
      </h2>
      <ul className="max-h-60 overflow-y-auto rounded-md border border-line bg-surface p-1 lg:max-h-[60vh]">
        {data.keys.map(({ sign, key, count }) => {
          const on = asked.key === key && asked.sign === sign;
          return (
            <li key={`${sign}${key}`}>
              <button
                type="button"
                aria-pressed={on}
                title={`${key}: ${signNames[sign]}`}
                onClick={() => void setAsked(on ? { key: null, sign: null } : { key, sign })}
                className={cx(
                  "grid w-full grid-cols-[1rem_1fr_auto] items-center gap-x-1 rounded-sm px-2 py-1 text-left text-sm -outline-offset-2 hover:bg-sunken",
                  on && "bg-accent-wash",
                )}
              >
                <span className={cx("font-mono font-semibold", signColours[sign])}>
                  <span aria-hidden>{sign}</span>
                  <span className="sr-only">{signNames[sign]}: </span>
                </span>
                <span className="truncate font-mono text-[12.5px]">{key}</span>
                <span className="figures">
                  {countWords(count)}
                  <span className="sr-only"> records</span>
                </span>
                <span aria-hidden className="col-start-2 col-end-4 mt-0.5 h-0.5 bg-sunken">
                  <span
                    className="block h-full min-w-0.5 bg-update-area"
                    style={{ width: `${((count / most) * 100).toString()}%` }}
                  />
                </span>
              </button>
            </li>
          );
        })}
        {data.keys.length === 0 && <li className="px-2 py-1 text-quiet">None</li>}
      </ul>
      {data.total > data.keys.length && (
        <p className="mt-1 text-xs text-quiet">
          The {countWords(data.keys.length)} keys in most records, of {countWords(data.total)}.
        </p>
      )}
    </section>
  );
}
