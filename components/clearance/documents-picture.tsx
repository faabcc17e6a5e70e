import { cx } from "@/components/ui/cx";
import { Count } from "@/components/ui/figure";
import { SidesBar } from "@/components/ui/sides-bar";
import {
  type DocumentCounts,
  documentsSentence,
  partsOfDocuments,
  shareOf,
  valueWords,
} from "@/components/words/clearance";
import { countWords, sharesWords } from "@/components/words/figures";

/** How many documents have a level, in words and as a picture, and which levels there are. */
export function DocumentsPicture({ counts, field }: { counts: DocumentCounts; field: string }) {
  return (
    <div className="grid gap-5 lg:grid-cols-[minmax(0,7fr)_minmax(0,4fr)]">
      <div>
        <p className="text-lg">{documentsSentence(counts)}</p>
        <SidesBar className="mt-4" tense="documents" parts={partsOfDocuments(counts)} />
      </div>
      <LevelTable counts={counts} field={field} />
    </div>
  );
}

/** Documents by level. Other parts than these are said, not left out. */
function LevelTable({ counts, field }: { counts: DocumentCounts; field: string }) {
  const { total, values, otherValues, with: having } = counts;
  if (values === null) {
    return (
      <p className="text-quiet">
        The mapping of {field} doesn't allow to count its values one by one: {countWords(having)} documents have one.
      </p>
    );
  }
  const shares = sharesWords([...values.map(({ count }) => count), otherValues, counts.without]);
  return (
    <table aria-label="Documents by level" className="h-fit w-full table-fixed border-collapse text-sm">
      <thead>
        <tr className="border-b border-line text-xs text-quiet">
          <th scope="col" className="w-[30%] pb-1 text-left font-medium">
            Level
          </th>
          <th scope="col" className="pb-1 text-right font-medium">
            Documents
          </th>
          <th scope="col" className="w-24 pb-1 text-right font-medium">
            Share
          </th>
        </tr>
      </thead>
      <tbody>
        {values.map(({ value, count }, at) => (
          <LevelRow
            key={valueWords(value)}
            name={valueWords(value)}
            count={count}
            total={total}
            share={shares[at]}
            mono
          />
        ))}
        {otherValues > 0 && <LevelRow name="other values" count={otherValues} total={total} share={shares.at(-2)} />}
        <LevelRow name="none" count={counts.without} total={total} share={shares.at(-1)} area="bg-create-area" />
      </tbody>
    </table>
  );
}

type LevelRowProps = {
  name: string;
  count: number;
  total: number;
  share: string | undefined;
  mono?: boolean;
  area?: string;
};

function LevelRow({ name, count, total, share, mono, area = "bg-unchanged-area" }: LevelRowProps) {
  return (
    <tr className="border-b border-line last:border-b-0">
      <th scope="row" className="h-7 truncate text-left font-normal" title={name}>
        {mono ? <span className="font-mono text-[12.5px]">{name}</span> : <span className="text-quiet">{name}</span>}
      </th>
      <td className="text-right">
        <Count value={count} />
      </td>
      <td className="pl-4">
        <span className="flex items-center justify-end gap-2">
          <span aria-hidden className="h-1.5 w-10 bg-sunken">
            <span className={cx("block h-full", area)} style={{ width: shareOf(count, total) }} />
          </span>
          <span className="figures w-10 text-right whitespace-nowrap text-quiet">{share}</span>
        </span>
      </td>
    </tr>
  );
}
