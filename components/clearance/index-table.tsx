import { Count } from "@/components/ui/figure";
import { Identifier } from "@/components/ui/identifier";
import { Cell, HeadCell, Row, Table } from "@/components/ui/table";
import type { DocumentIndexView, DocumentsOverview } from "@/lib/shapes/documents/documents";

const healthColours = { green: "text-done", yellow: "text-attention", red: "text-problem" } as const;
const inFrame = 8;

/** How the index maps the field, in a word. */
function mappingWords({ mapping }: DocumentIndexView): string {
  if (mapping === null) return "may not be seen";
  return mapping.type ?? `not mapped, dynamic: ${mapping.dynamic}`;
}

function stateWords({ open, blocks, pipelines }: DocumentIndexView): string {
  const words = [open ? "open" : "closed"];
  if (blocks.length > 0) words.push(`blocked: ${blocks.join(", ")}`);
  if (pipelines.length > 0) words.push(`pipelines: ${pipelines.join(", ")}`);
  return words.join("; ");
}

/** The concrete indexes behind the configured names: health, mapping of the field, blocks and pipelines. */
export function IndexTable({ overview }: { overview: DocumentsOverview }) {
  const { indices, field } = overview;
  return (
    <div className={indices.length > inFrame ? "max-h-80 overflow-y-auto" : undefined}>
      <Table label="Indexes" className="table-fixed">
        <thead>
          <tr>
            <HeadCell className="sm:w-[30%]">Index</HeadCell>
            <HeadCell className="w-24">Health</HeadCell>
            <HeadCell number className="hidden w-20 md:table-cell">
              Shards
            </HeadCell>
            <HeadCell className="w-[36%] truncate sm:w-[24%]">
              <span className="font-mono">{field}</span>
            </HeadCell>
            <HeadCell className="hidden sm:table-cell">State</HeadCell>
          </tr>
        </thead>
        <tbody>
          {indices.map((index) => (
            <Row key={index.name}>
              <Cell className="overflow-hidden align-top">
                <span className="flex min-w-0">
                  <Identifier text={index.name} />
                </span>
                <span className="block text-xs text-quiet sm:hidden">{stateWords(index)}</span>
              </Cell>
              <Cell className="align-top">
                {index.health === null ? (
                  <span className="text-quiet">–</span>
                ) : (
                  <span className={healthColours[index.health]}>{index.health}</span>
                )}
              </Cell>
              <Cell number className="hidden align-top md:table-cell">
                <Count value={index.shards} />
              </Cell>
              <Cell className="align-top wrap-anywhere">{mappingWords(index)}</Cell>
              <Cell className="hidden align-top wrap-anywhere text-quiet sm:table-cell">{stateWords(index)}</Cell>
            </Row>
          ))}
        </tbody>
      </Table>
    </div>
  );
}
