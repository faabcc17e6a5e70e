import type { ReactNode } from "react";
import { Fact } from "@/components/ui/page-head";
import { Notice } from "@/components/ui/states";
import { Cell, HeadCell, Row, Table } from "@/components/ui/table";
import { bytesWords, countWords, manyWords, moneyWords } from "@/components/words/figures";
import type { InspectedCollection } from "@/lib/shapes/routes/inspection";

/** What one collection holds. */
export function CollectionView({ collection, children }: { collection: InspectedCollection; children: ReactNode }) {
  const { name, within, faults, damaged, firstOf, records } = collection;
  return (
    <article aria-label={name} className="grid gap-4 rounded-md border border-line bg-surface px-4 py-3">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <h3 className="min-w-0 font-mono text-[12.5px] font-medium wrap-anywhere">{name}</h3>
        {within !== null && <span className="text-sm text-quiet">{within}</span>}
        <div className="ml-auto">{children}</div>
      </div>
      {firstOf !== null && (
        <Notice level="info">{`Only the first ${countWords(records)} records were read; there are more.`}</Notice>
      )}
      {faults.map((fault) => (
        <Notice key={fault} level="warn">
          {fault}
        </Notice>
      ))}
      {damaged !== null && (
        <Notice level="error">{`Reading stopped after ${countWords(records)} records: ${damaged}`}</Notice>
      )}
      <Facts collection={collection} />
      {collection.keys.length > 0 && <Keys collection={collection} />}
    </article>
  );
}

function Facts({ collection }: { collection: InspectedCollection }) {
  const { dimensions, metric, ids, embedding, writing, largestMetadata, longestText, duplicateTexts } = collection;
  const facts: [string, ReactNode][] = [
    ["Records", countWords(collection.records)],
    ["With a vector", countWords(collection.withVector)],
    ["With a text", countWords(collection.withText)],
    ["Dimension", dimensions.map(({ dimension }) => countWords(dimension)).join(", ") || "unknown"],
    ["Metric", metric ?? "unknown"],
    ["Texts that another record has", duplicateTexts === null ? "too many to tell" : countWords(duplicateTexts)],
    [
      "IDs",
      collection.records === 0
        ? "none"
        : `up to ${manyWords(ids.longest, "character")}, ${ids.scripts.map(({ script }) => script).join(", ")}`,
    ],
    ["Longest text", longestText === null ? "none" : manyWords(longestText.characters, "character")],
    ["Largest metadata", largestMetadata === null ? "none" : bytesWords(largestMetadata.bytes)],
    ["Beyond 40 KB of metadata", countWords(collection.largeMetadata)],
    ["Nested or empty metadata", countWords(collection.nestedMetadata)],
    ["Too long for the model", countWords(embedding.tooLong)],
    [
      `Embedding with ${embedding.model}`,
      `${manyWords(embedding.texts, "text")}, about ${manyWords(Math.ceil(embedding.tokens), "token")}, ${moneyWords(embedding.usd)}`,
    ],
    [
      `Writing to ${writing.to}`,
      `${bytesWords(writing.bytes)}${writing.units > 0 ? `, ${moneyWords(writing.usd)}` : ""}`,
    ],
  ];
  return (
    <dl className="figures grid grid-cols-2 gap-x-6 gap-y-3 text-sm md:grid-cols-4">
      {facts.map(([name, value]) => (
        <Fact key={name} name={name}>
          {value}
        </Fact>
      ))}
    </dl>
  );
}

function Keys({ collection: { name, keys, otherKeys } }: { collection: InspectedCollection }) {
  return (
    <div>
      <Table label={`Metadata of ${name}`}>
        <thead>
          <tr>
            <HeadCell>Key</HeadCell>
            <HeadCell>Types</HeadCell>
            <HeadCell number>Records</HeadCell>
            <HeadCell>Examples</HeadCell>
          </tr>
        </thead>
        <tbody>
          {keys.map(({ key, types, records, examples }) => (
            <Row key={key}>
              <Cell className="font-mono text-[12.5px] wrap-anywhere">{key}</Cell>
              <Cell>{types.join(", ")}</Cell>
              <Cell className="figures text-right">{countWords(records)}</Cell>
              <Cell className="text-quiet wrap-anywhere">{examples.join(" · ")}</Cell>
            </Row>
          ))}
        </tbody>
      </Table>
      {otherKeys > 0 && <p className="mt-1 text-sm text-quiet">{`and ${countWords(otherKeys)} more keys`}</p>}
    </div>
  );
}
