import { Button } from "@/components/ui/button";
import { countWords } from "@/components/words/figures";

/** Which rows of a list are shown, and the way to those before and after. */
export function Pager({
  page,
  pages,
  size,
  matching,
  onPage,
}: {
  page: number;
  pages: number;
  size: number;
  matching: number;
  onPage(page: number): void;
}) {
  if (pages <= 1) return null;
  const first = (page - 1) * size + 1;
  return (
    <nav aria-label="Pages" className="mt-3 flex flex-wrap items-center gap-2 text-sm text-quiet">
      <Button disabled={page <= 1} onClick={() => onPage(page - 1)}>
        Previous
      </Button>
      <Button disabled={page >= pages} onClick={() => onPage(page + 1)}>
        Next
      </Button>
      <span className="figures ml-1">
        {countWords(first)} to {countWords(Math.min(matching, first + size - 1))} of {countWords(matching)}
      </span>
    </nav>
  );
}
