import { countWords } from "@/components/words/figures";
import { Button } from "./button";

/** Below a list of which the newest are shown: the way to older ones, and how many there are. */
export function MoreRows({
  children,
  query,
  shown,
  matching,
}: {
  /** What the button does: `Show older runs`. */
  children: string;
  query: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage(): Promise<unknown> };
  shown: number;
  matching: number;
}) {
  if (!query.hasNextPage) return null;
  return (
    <div className="mt-3 flex items-center gap-3 text-sm text-quiet">
      <Button busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
        {children}
      </Button>
      <span>
        {countWords(shown)} of {countWords(matching)} shown
      </span>
    </div>
  );
}
