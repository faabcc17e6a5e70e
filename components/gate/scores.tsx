import { Section } from "@/components/ui/page-head";
import { Cell, HeadCell, Row, Table } from "@/components/ui/table";
import type { GateIndex } from "@/lib/shapes/cut-over/gate";

const shares = ["5 %", "25 %", "Median", "75 %", "95 %"];
const score = (value: number | undefined) => (value === undefined ? "–" : value.toFixed(4));

/** Where an application cuts off by a score: which score of the target as many hits lie below as of the source's. */
export function Scores({ source, target }: { source: GateIndex["scores"]; target: GateIndex["scores"] }) {
  if (!source || !target) return null;
  return (
    <Section
      title="Scores"
      note="Each line is one cut-off: as many of the target's hits lie below its score as of the source's below theirs"
    >
      <Table label="Scores">
        <thead>
          <tr>
            <HeadCell>Of the hits, below</HeadCell>
            <HeadCell number>Source, first hit</HeadCell>
            <HeadCell number>Target, first hit</HeadCell>
            <HeadCell number>Source, all hits</HeadCell>
            <HeadCell number>Target, all hits</HeadCell>
          </tr>
        </thead>
        <tbody>
          {shares.map((share, at) => (
            <Row key={share}>
              <Cell>{share}</Cell>
              <Cell number>{score(source.first[at])}</Cell>
              <Cell number>{score(target.first[at])}</Cell>
              <Cell number>{score(source.all[at])}</Cell>
              <Cell number>{score(target.all[at])}</Cell>
            </Row>
          ))}
        </tbody>
      </Table>
    </Section>
  );
}
