import { Identifier, NamespaceName } from "@/components/ui/identifier";
import { Cell, HeadCell, Row, Table } from "@/components/ui/table";
import type { GateLost, GateQuestion } from "@/lib/shapes/cut-over/gate";

const shown = 5;

/** What got worse, side by side, to be read. */
export function LostQuestions({ lost, questions }: { lost: readonly GateLost[]; questions: readonly GateQuestion[] }) {
  return (
    <Table label="Lost questions">
      <thead>
        <tr>
          <HeadCell>Question</HeadCell>
          <HeadCell number>Hits in common</HeadCell>
          <HeadCell>Source</HeadCell>
          <HeadCell>Target</HeadCell>
        </tr>
      </thead>
      <tbody>
        {lost.map(({ question: at, overlap, ranks, source, target }) => {
          const question = questions[at];
          return (
            <Row key={at} className="align-top">
              <Cell className="max-w-80">
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
        <Identifier key={id} text={id} className="mr-2" />
      ))}
      {ids.length > shown && <span className="text-xs text-quiet">and {ids.length - shown} more</span>}
      {ids.length === 0 && <span className="text-quiet">nothing</span>}
    </>
  );
}
