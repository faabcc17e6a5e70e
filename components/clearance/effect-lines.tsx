import type { ReactNode } from "react";
import { Count } from "@/components/ui/figure";
import { PartSign } from "@/components/ui/sides-bar";
import { atLevelWords, type DocumentCounts, effectOf, overwriteWords, valueWords } from "@/components/words/clearance";
import type { PartName } from "@/components/words/plan";
import type { ClearanceRequest } from "@/lib/shapes/documents/clearance";

/** Levels named one by one; a field with more has the rest in one line. */
const levelsNamed = 12;

type Props = { counts: DocumentCounts; request: Pick<ClearanceRequest, "value" | "documents" | "overwrite"> };

function Line({ sign, count, what, then }: { sign: PartName; count: number; what: ReactNode; then: ReactNode }) {
  return (
    <tr className="border-b border-line last:border-b-0">
      <td className="w-6 py-1">
        <PartSign name={sign} />
      </td>
      <td className="figures w-20 py-1 pr-4 text-right">
        <Count value={count} />
      </td>
      <th scope="row" className="py-1 pr-4 text-left font-normal">
        {what}
      </th>
      <td className="py-1">{then}</td>
    </tr>
  );
}

/** What would become of the documents chosen, level by level, as far as counts tell: the plan looks at each of them. */
export function EffectLines({ counts, request }: Props) {
  const { set, right, others, other } = effectOf(counts, request.value);
  const level = valueWords(request.value);
  const overwrites = request.documents === "every" && request.overwrite;
  const named = others?.slice(0, levelsNamed) ?? [];
  const rest = other - named.reduce((sum, { count }) => sum + count, 0);
  const then = overwrites ? (
    <span className="font-semibold text-attention">overwritten with {level}</span>
  ) : (
    <span className="text-quiet">kept</span>
  );
  const sign: PartName = overwrites ? "update" : "unchanged";
  return (
    <table aria-label="What would become of the documents" className="w-full max-w-140 border-collapse text-sm">
      <tbody>
        <Line sign="create" count={set} what="without a level" then={`set to ${level}`} />
        {(right > 0 || others !== null) && (
          <Line
            sign="unchanged"
            count={right}
            what={`with level ${level}`}
            then={<span className="text-quiet">already right</span>}
          />
        )}
        {named.map(({ value, count }) => (
          <Line
            key={valueWords(value)}
            sign={sign}
            count={count}
            what={`with level ${valueWords(value)}`}
            then={then}
          />
        ))}
        {rest > 0 && (
          <Line
            sign={sign}
            count={rest}
            what={others === null ? "with a level that can't be counted" : "with other levels"}
            then={then}
          />
        )}
      </tbody>
    </table>
  );
}

/** Said loudly, level by level, before a level that somebody set is replaced. */
export function OverwriteWarning({ counts, request }: Props) {
  const { others, other } = effectOf(counts, request.value);
  if (request.documents !== "every" || !request.overwrite || other === 0) return null;
  const named = (others ?? []).slice(0, levelsNamed).map(atLevelWords);
  return (
    <div role="alert" className="rounded-md border-2 border-attention-area bg-surface px-4 py-3">
      <p className="font-semibold text-attention">
        {overwriteWords(other, request.value)}
        {named.length > 0 && `: ${named.join(", ")}`}.
      </p>
      <p className="mt-1 text-quiet">
        These levels may be intentional. The plan lists each of them for review; previous values are kept only in the
        plan.
      </p>
    </div>
  );
}
