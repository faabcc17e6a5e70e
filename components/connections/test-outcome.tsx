import { Cell, HeadCell, Row, Table } from "@/components/ui/table";
import { withoutCommands } from "@/components/words/problem";
import type { ConnectionTest } from "@/lib/shapes/routes/connection-test";

const states = { yes: "Yes", no: "No", "not-tried": "Not tried" };
const rights = { list: "List collections", read: "Read records", write: "Write records", embed: "Embed texts" };

/** What a test found: how fast it answered, what the key may do, what is there. */
export function TestOutcome({ test }: { test: ConnectionTest }) {
  const sorts = test.collections.some(({ sort }) => sort !== undefined);
  return (
    <div role="status" className="grid gap-3 rounded-md border border-line bg-surface px-4 py-3">
      <p className="wrap-anywhere">
        <span className={test.ok ? "font-medium text-done" : "font-medium text-problem"}>
          {test.ok ? "It works" : "It doesn't work"}
        </span>
        {". "}
        {test.words}{" "}
        <span className="figures whitespace-nowrap text-quiet">{test.latencyMs.toLocaleString("en-US")} ms</span>
        {test.next !== null && <span className="block text-quiet">{withoutCommands(test.next)}</span>}
      </p>
      <dl className="grid gap-1 text-sm">
        {test.may.map(({ what, state, words }) => (
          <div key={what} className="grid grid-cols-[9rem_1fr] gap-2">
            <dt className="text-quiet">{rights[what]}</dt>
            <dd className="min-w-0 wrap-anywhere">
              {states[state]}
              {test.ok && <span className="text-quiet"> · {words}</span>}
            </dd>
          </div>
        ))}
      </dl>
      {test.collections.length > 0 && (
        <div className="max-h-64 overflow-y-auto">
          <Table label="What is there">
            <thead>
              <tr>
                <HeadCell>Name</HeadCell>
                {sorts && <HeadCell className="hidden sm:table-cell">Kind</HeadCell>}
                <HeadCell number>Dimension</HeadCell>
                <HeadCell>Metric</HeadCell>
              </tr>
            </thead>
            <tbody>
              {test.collections.map(({ name, dimension, metric, sort, unfit }) => (
                <Row key={name}>
                  <Cell className="font-mono text-[12.5px] wrap-anywhere">{name}</Cell>
                  {sorts && (
                    <Cell title={unfit} className="hidden sm:table-cell">
                      {unfit === undefined ? sort : `${sort}: not for this connection`}
                    </Cell>
                  )}
                  <Cell number>{dimension === null ? "–" : dimension.toLocaleString("en-US")}</Cell>
                  <Cell>{metric ?? "–"}</Cell>
                </Row>
              ))}
            </tbody>
          </Table>
        </div>
      )}
      {test.more && <p className="text-xs text-quiet">There are more.</p>}
    </div>
  );
}
