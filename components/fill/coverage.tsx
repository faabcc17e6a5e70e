import { Count } from "@/components/ui/figure";
import { CopyButton, NamespaceName } from "@/components/ui/identifier";
import { Fact } from "@/components/ui/page-head";
import { Notice } from "@/components/ui/states";
import { Cell, HeadCell, Row, Table } from "@/components/ui/table";
import { countWords, manyWords } from "@/components/words/figures";
import type { Coverage } from "@/lib/shapes/routes/fill";

/** How far a table's rows have vectors: in all, by model, by namespace, and the SQL that counts them. */
export function CoverageView({ coverage }: { coverage: Coverage }) {
  const { rows, withVector, models, namespaces, more, note, sql } = coverage;
  return (
    <div className="grid gap-4">
      <dl className="grid grid-cols-2 gap-x-6 gap-y-3 sm:grid-cols-4">
        <Fact name="Rows">
          <Count value={rows} />
        </Fact>
        <Fact name="With a vector">
          <Count value={withVector} />
        </Fact>
        <Fact name="Without">
          <Count value={rows - withVector} />
        </Fact>
        <Fact name="Vectors by model">
          {models === null ? (
            <span className="text-quiet">not noted in this table</span>
          ) : models.length === 0 ? (
            <span className="text-quiet">–</span>
          ) : (
            <ul>
              {models.map(({ model, withVector: of }) => (
                <li key={model}>
                  {model ?? <span className="text-quiet">no model named</span>}: {countWords(of)}
                </li>
              ))}
            </ul>
          )}
        </Fact>
      </dl>
      {note !== null && <Notice level="warn">{note}</Notice>}
      <div className="max-h-80 overflow-y-auto">
        <Table label="Rows by namespace">
          <thead>
            <tr>
              <HeadCell>Namespace</HeadCell>
              <HeadCell number>Rows</HeadCell>
              <HeadCell number>With a vector</HeadCell>
              <HeadCell number>Without</HeadCell>
            </tr>
          </thead>
          <tbody>
            {namespaces.map((row) => (
              <Row key={row.name}>
                <Cell>
                  <NamespaceName name={row.name} />
                </Cell>
                <Cell number>{countWords(row.rows)}</Cell>
                <Cell number>{countWords(row.withVector)}</Cell>
                <Cell number>{countWords(row.rows - row.withVector)}</Cell>
              </Row>
            ))}
          </tbody>
        </Table>
      </div>
      {more > 0 && <p className="text-sm text-quiet">And {manyWords(more, "namespace")} more.</p>}
      <details>
        <summary className="cursor-pointer text-sm text-quiet">The SQL that counts them</summary>
        {sql.map((statement) => (
          <div key={statement} className="mt-2 flex items-start gap-1">
            <pre className="grow overflow-x-auto rounded-md border border-line bg-surface px-3 py-2 font-mono text-[12.5px] whitespace-pre-wrap wrap-anywhere">
              {`${statement};`}
            </pre>
            <CopyButton text={`${statement};`} what="the statement" />
          </div>
        ))}
      </details>
    </div>
  );
}
