import { Section } from "@/components/ui/page-head";
import { Cell, HeadCell, Row, Table } from "@/components/ui/table";
import { countWords } from "@/components/words/figures";
import type { GateSweep } from "@/lib/shapes/cut-over/gate-sweep";

type Side = GateSweep | null | undefined;

/** What an index finds, and how soon, by the setting with which it is searched; nothing where neither side has one. */
export function Sweeps({ source, target }: { source: Side; target: Side }) {
  return (
    <>
      {source && <Sweep name="Source" sweep={source} />}
      {target && <Sweep name="Target" sweep={target} />}
    </>
  );
}

const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
const ms = (value: number) => `${value.toFixed(1)} ms`;

function Sweep({ name, sweep: { setting, now, wanted, unused, reaches, rows } }: { name: string; sweep: GateSweep }) {
  if (unused)
    return (
      <Section title={`${name} by ${setting}`} note="Not tried">
        <p className="max-w-[76ch] text-sm text-quiet">
          No index was used: every row is read, whatever {setting} is. Its values were not tried.
        </p>
      </Section>
    );
  const enough =
    reaches === null
      ? `No value that was tried finds ${percent(wanted)}`
      : `${countWords(reaches)} is the first to find ${percent(wanted)}`;
  return (
    <Section title={`${name} by ${setting}`} note={`${enough}; it stands at ${countWords(now)}`}>
      <Table label={`${name} by ${setting}`}>
        <thead>
          <tr>
            <HeadCell number>{setting}</HeadCell>
            <HeadCell number>Finds of what is nearest</HeadCell>
            <HeadCell number>Median</HeadCell>
            <HeadCell number>95 %</HeadCell>
            <HeadCell number>Questions</HeadCell>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ value, recall, p50, p95, n }) => (
            <Row key={value}>
              <Cell number>
                {value === reaches && <span className="mr-2 text-xs text-quiet">enough</span>}
                {value === now && <span className="mr-2 text-xs text-quiet">now</span>}
                {countWords(value)}
              </Cell>
              <Cell number>{percent(recall)}</Cell>
              <Cell number>{ms(p50)}</Cell>
              <Cell number>{ms(p95)}</Cell>
              <Cell number>{countWords(n)}</Cell>
            </Row>
          ))}
        </tbody>
      </Table>
    </Section>
  );
}
