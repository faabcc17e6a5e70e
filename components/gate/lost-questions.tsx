import { Identifier, NamespaceName } from "@/components/ui/identifier";
import { Cell, HeadCell, Row, Table } from "@/components/ui/table";
import type { GateLost, GateQuestion } from "@/lib/shapes/cut-over/gate";

const shown = 5;

/** What got worse, side by side, to be read. */
export function LostQuestions({ lost, questions }: { lost: readonly GateLost[]; questions: readonly GateQuestion[] }) {
  return (
    <Table label="Lost questions" className="min-w-180 table-fixed">
      <thead>
        <tr>
          <HeadCell>Question</HeadCell>
          <HeadCell number className="w-30">
            Hits in common
          </HeadCell>
          <HeadCell>Source</HeadCell>
          <HeadCell>Target</HeadCell>
        </tr>
      </thead>
      <tbody>
        {lost.map(({ question: at, overlap, ranks, source, target }) => {
          const question = questions[at];
          return (
            <Row key={at} className="align-top">
              <Cell>
                {question?.text ? (
                  <span className="line-clamp-2 wrap-anywhere">{question.text}</span>
                ) : (
                  <span className="flex gap-1.5">
                    <span className="text-quiet">like</span> <Identifier text={question?.record ?? "a vector"} />
                  </span>
                )}
                <span className="block text-xs text-quiet">
                  <NamespaceName name={question?.namespace ?? ""} />
                </span>
              </Cell>
              <Cell number>{(overlap * 100).toFixed(0)} %</Cell>
              <Cell>
                <Hits ids={source} rank={ranks.source} expects={(question?.expected.length ?? 0) > 0} />
              </Cell>
              <Cell>
                <Hits ids={target} rank={ranks.target} expects={(question?.expected.length ?? 0) > 0} />
              </Cell>
            </Row>
          );
        })}
      </tbody>
    </Table>
  );
}

function Hits({ ids, rank, expects }: { ids: readonly string[]; rank: number | null; expects: boolean }) {
  return (
    <>
      {expects && (
        <span className="block text-xs text-quiet">
          {rank === null ? "the right one isn't among them" : `the right one is #${rank}`}
        </span>
      )}
      {ids.slice(0, shown).map((id) => (
        <div key={id} className="flex min-w-0">
          <Identifier text={id} />
        </div>
      ))}
      {ids.length > shown && <span className="text-xs text-quiet">and {ids.length - shown} more</span>}
      {ids.length === 0 && <span className="text-quiet">nothing</span>}
    </>
  );
}
