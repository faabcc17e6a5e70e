import type { ReactNode } from "react";
import { Button } from "./button";
import { Skeleton } from "./skeleton";
import { Empty, ProblemNote } from "./states";

type Props = {
  list: { loaded: boolean; stale: boolean; error: Error | null; retry: () => void; matching: number };
  /** Something is searched for, or part of it is hidden; `onAll` shows all again. */
  filtered: boolean;
  onAll(): void;
  /** What to say where nothing is there: a title, and more below it. */
  title: string;
  empty: ReactNode;
  /** Tailwind's class for the height that the table will have. */
  height: string;
  children: ReactNode;
};

/** Namespaces, of which only those in the window are fetched: the table, or why there is none. */
export function FilteredList({ list, filtered, onAll, title, empty, height, children }: Props) {
  const { loaded, stale, error, retry, matching } = list;
  return (
    <>
      {error && !loaded && <ProblemNote error={error} retry={retry} />}
      {error && loaded && (
        <div className="mb-3">
          <ProblemNote error={error} retry={retry} title="Part of the list could not be read" />
        </div>
      )}
      {!loaded && !error && <Skeleton className={`${height} w-full rounded-md`} />}
      {loaded && matching === 0 && (
        <Empty title={title} action={filtered && <Button onClick={onAll}>Show all namespaces</Button>}>
          {empty}
        </Empty>
      )}
      {loaded && matching > 0 && (
        <div className={stale ? "opacity-60 transition-opacity duration-150" : undefined}>{children}</div>
      )}
    </>
  );
}
