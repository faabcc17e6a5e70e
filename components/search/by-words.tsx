import { Identifier } from "@/components/ui/identifier";
import { Section } from "@/components/ui/page-head";
import { Notice } from "@/components/ui/states";
import { withoutCommands } from "@/components/words/problem";
import type { SearchAnswer, SearchHit } from "@/lib/shapes/cut-over/search";
import { ms, Passage } from "./passage";

type Row = { id: string; note: string; score: string; text: SearchHit["text"] };

/** What the documents' own search finds, and both fused: where each hit came from stands beside it. */
export function ByWords({ answer: { words, hybrid } }: { answer: SearchAnswer }) {
  if (words === null) return null;
  const indexes = words.indexes.join(", ");
  return (
    <div className="mt-6 grid items-start gap-5 lg:grid-cols-2">
      <Section title="By words" note={`${indexes} · ${words.service}`}>
        {words.state === "failed" ? (
          <Notice level="error">
            {words.words} {withoutCommands(words.next ?? "")}
          </Notice>
        ) : (
          <>
            <p className="mb-2 text-xs text-quiet">Searched in {ms(words.searchMs ?? 0)}. Nothing is embedded.</p>
            <Rows
              rows={words.hits.map(({ index, id, score, text }) => ({
                ...{ id, text, score: score.toFixed(2) },
                note: words.indexes.length === 1 && index === words.indexes[0] ? "" : index,
              }))}
            />
          </>
        )}
      </Section>
      {hybrid && (
        <Section title="Hybrid" note={`Vectors of the ${hybrid.side} and words, fused by their ranks`}>
          <p className="mb-2 text-xs text-quiet">
            Reciprocal rank fusion: 1 / (60 + rank) from each list that has the hit.
          </p>
          <Rows
            rows={hybrid.hits.map(({ id, text, score, vectorRank, wordsRank }) => ({
              ...{ id, text, score: score.toFixed(4) },
              note: [
                vectorRank === null ? null : `vector #${vectorRank}`,
                wordsRank === null ? null : `words #${wordsRank}`,
              ]
                .filter((part) => part !== null)
                .join(" · "),
            }))}
          />
        </Section>
      )}
    </div>
  );
}

function Rows({ rows }: { rows: readonly Row[] }) {
  if (rows.length === 0)
    return <p className="rounded-md border border-line bg-surface px-3 py-4 text-quiet">Nothing was found.</p>;
  return (
    <ol className="divide-y divide-line rounded-md border border-line bg-surface">
      {rows.map(({ id, note, score, text }, at) => (
        <li key={`${note}/${id}`} className="grid grid-cols-[2rem_1fr] gap-x-2 px-3 py-2">
          <span className="figures pt-0.5 text-right text-sm text-quiet">{at + 1}</span>
          <div className="min-w-0">
            <div className="flex items-baseline gap-3">
              <Identifier text={id} className="min-w-0 flex-1" />
              {note !== "" && <span className="text-xs whitespace-nowrap text-quiet">{note}</span>}
              <span className="figures text-sm">{score}</span>
            </div>
            <Passage parts={text} />
          </div>
        </li>
      ))}
    </ol>
  );
}
