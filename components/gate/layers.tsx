import { Fact, Section } from "@/components/ui/page-head";
import { Cell, HeadCell, Row, Table } from "@/components/ui/table";
import { countWords } from "@/components/words/figures";
import type { GateIndex, GateInterval, GateResult } from "@/lib/shapes/cut-over/gate";
import { Scores } from "./scores";
import { Sweeps } from "./sweeps";

const percent = (value: number | null) => (value === null ? "?" : `${(value * 100).toFixed(1)} %`);
const ms = (value: number) => `${value < 10 ? value.toFixed(1) : countWords(Math.round(value))} ms`;

/** A mean with what it may be in truth. */
function Interval({ of }: { of: GateInterval | null }) {
  if (of === null) return <span className="text-quiet">not measured</span>;
  return (
    <span className="figures">
      {percent(of.mean)}{" "}
      <span className="text-xs text-quiet">
        {percent(of.low)} to {percent(of.high)}, n {countWords(of.n)}
      </span>
    </span>
  );
}

/** The three layers: the data, each index against exact search, and both together. */
export function Layers({ result }: { result: GateResult }) {
  const { data, source, target, overlap, known, strata } = result;
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-6">
      <Section title="Data" note="Every record of both sides, read once">
        <dl className="grid grid-cols-2 gap-x-6 gap-y-3 rounded-md border border-line bg-surface p-4 sm:grid-cols-3 lg:grid-cols-6">
          <Fact name="Compared">
            <span className="figures">
              {countWords(data.both)} of {countWords(data.source)}
            </span>
          </Fact>
          <Fact name="Missing">{countWords(data.missing.count)}</Fact>
          <Fact name="Left out with a reason">{countWords(data.explained)}</Fact>
          <Fact name="Other metadata">{countWords(data.metadata.count)}</Fact>
          <Fact name={data.vectors ? "Other vectors" : "Vectors made again"}>
            {data.vectors
              ? countWords(data.vectors.count)
              : data.remade
                ? `${countWords(data.remade.of - data.remade.different.count)} of ${countWords(data.remade.of)} alike`
                : "not checked"}
          </Fact>
          <Fact name="Only in the target">{countWords(data.onlyTarget)}</Fact>
        </dl>
      </Section>
      <Section title="Each index against exact search" note="95 % bounds, one-sided">
        <Table label="Each index against exact search">
          <thead>
            <tr>
              <HeadCell>Side</HeadCell>
              <HeadCell>Finds of what is nearest</HeadCell>
              <HeadCell number>Median</HeadCell>
              <HeadCell number>95 %</HeadCell>
              <HeadCell number>Failed</HeadCell>
              <HeadCell number>Changed when asked again</HeadCell>
              <HeadCell>Index</HeadCell>
            </tr>
          </thead>
          <tbody>
            <IndexRow name="Source" index={source} />
            <IndexRow name="Target" index={target} />
          </tbody>
        </Table>
      </Section>
      <Sweeps source={source.sweep} target={target.sweep} />
      <Section
        title="Both sides together"
        note={
          overlap.judged
            ? "The same vectors on both sides"
            : "Two models: the overlap is reported, and not part of the verdict"
        }
      >
        <Table label="Both sides together">
          <thead>
            <tr>
              <HeadCell>Figure</HeadCell>
              {known && (
                <>
                  <HeadCell number>Source</HeadCell>
                  <HeadCell number>Target</HeadCell>
                </>
              )}
              <HeadCell>{known ? "Agreement, or difference" : "Agreement"}</HeadCell>
            </tr>
          </thead>
          <tbody>
            <Agreement name="Hits in common" of={overlap.mean} sides={known !== null} />
            <Agreement name="Hits in common, the first count more" of={overlap.rankBiased} sides={known !== null} />
            <Agreement name="Same first hit" of={overlap.sameFirst} sides={known !== null} />
            {known &&
              (
                [
                  ["Right at 1", known.recall1],
                  ["Right within the hits", known.recallK],
                  ["Mean reciprocal rank", known.reciprocalRank],
                  ["nDCG", known.ndcg],
                ] as const
              ).map(([name, paired]) => (
                <Row key={name}>
                  <Cell>{name}</Cell>
                  <Cell number>{percent(paired.source)}</Cell>
                  <Cell number>{percent(paired.target)}</Cell>
                  <Cell>
                    <Interval of={paired.difference} />
                  </Cell>
                </Row>
              ))}
            {strata.map(({ namespace, of: held, overlap: of, standing }) => (
              <Agreement
                key={`${namespace} ${held?.value}`}
                name={`In ${held ? `${held.key} ${held.value}` : namespace === "" ? "the default namespace" : namespace}${standing === "below" ? ", below the threshold" : ""}`}
                of={of}
                sides={known !== null}
              />
            ))}
          </tbody>
        </Table>
      </Section>
      <Scores source={source.scores} target={target.scores} />
    </div>
  );
}

function IndexRow({ name, index }: { name: string; index: GateIndex }) {
  const { recall, latency, failed, unsteady, askedTwice, uses } = index;
  return (
    <Row>
      <Cell>
        {name} <span className="text-xs text-quiet">{index.service}</span>
      </Cell>
      <Cell>
        <Interval of={recall} />
      </Cell>
      <Cell number>{latency ? ms(latency.p50) : "–"}</Cell>
      <Cell number>{latency ? ms(latency.p95) : "–"}</Cell>
      <Cell number>{countWords(failed)}</Cell>
      <Cell number>
        {countWords(unsteady)} of {countWords(askedTwice)}
      </Cell>
      <Cell className="text-quiet">{uses === null ? "the service's own" : (uses.index ?? "none is used")}</Cell>
    </Row>
  );
}

/** `sides`: whether other rows of the table have a figure of each side. */
function Agreement({ name, of, sides }: { name: string; of: GateInterval | null; sides: boolean }) {
  return (
    <Row>
      <Cell>{name}</Cell>
      {sides && <Cell number />}
      {sides && <Cell number />}
      <Cell>
        <Interval of={of} />
      </Cell>
    </Row>
  );
}
