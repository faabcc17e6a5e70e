import { Input } from "@/components/ui/field";
import { Cell, HeadCell, Row, Table } from "@/components/ui/table";
import { countWords } from "@/components/words/figures";
import type { CollectionView } from "@/lib/shapes/routes/connection-test";
import type { SeveralRoutes } from "@/lib/shapes/routes/several-routes";

type Found = SeveralRoutes["routes"][number];

/** The operator's table: which collections go, and under which name. What is empty goes under the name that is shown. */
export function CollectionTable({
  collections,
  several,
  table,
  into,
  onChange,
}: {
  collections: readonly CollectionView[];
  several: SeveralRoutes | null;
  table: Readonly<Record<string, string>>;
  into: string | null;
  onChange(table: Readonly<Record<string, string>>): void;
}) {
  const found = new Map(several?.routes.map((one) => [one.from, one]));
  const leftOut = new Map(several?.leftOut.map(({ from, words }) => [from, words]));
  const toOf = (name: string) => table[name] ?? targetOf(found.get(name));
  const taken = new Map<string, number>();
  for (const { name } of collections) taken.set(toOf(name), (taken.get(toOf(name)) ?? 0) + 1);
  const without = (name: string) => Object.fromEntries(Object.entries(table).filter(([key]) => key !== name));
  return (
    <Table label="Where each collection goes">
      <thead>
        <tr>
          <HeadCell>Collection</HeadCell>
          <HeadCell>{into === null ? "Goes to" : "Goes to the namespace"}</HeadCell>
          <HeadCell className="hidden sm:table-cell">Made</HeadCell>
        </tr>
      </thead>
      <tbody>
        {collections.map((collection) => {
          const { name } = collection;
          const left = table[name] === "";
          const one = left ? undefined : found.get(name);
          const met = !left && toOf(name) !== "" && (taken.get(toOf(name)) ?? 0) > 1;
          return (
            <Row key={name} className="align-top">
              <Cell className="py-2">
                <label className="flex items-start gap-2">
                  <input
                    type="checkbox"
                    className="mt-0.5"
                    checked={!left}
                    onChange={(event) => onChange(event.target.checked ? without(name) : { ...table, [name]: "" })}
                  />
                  <span className="min-w-0">
                    <span className="font-mono text-[12.5px] wrap-anywhere">{name}</span>
                    <span className="block text-xs text-quiet">{shapeWords(collection)}</span>
                  </span>
                </label>
              </Cell>
              <Cell className="py-1.5">
                {left ? (
                  <span className="text-quiet">Left out</span>
                ) : (
                  <>
                    <Input
                      key={targetOf(one)}
                      aria-label={`Where ${name} goes`}
                      aria-invalid={met || undefined}
                      className="max-w-110 min-w-36 font-mono text-[12.5px]"
                      defaultValue={toOf(name)}
                      onBlur={(event) => {
                        const typed = event.target.value.trim();
                        if (typed === toOf(name)) return;
                        onChange(typed === "" ? without(name) : { ...table, [name]: typed });
                      }}
                    />
                    {met && <p className="mt-1 text-xs text-problem">Another collection goes there, too.</p>}
                    <Against one={one} />
                    {!left && <LeftOut words={leftOut.get(name)} />}
                    <p className="mt-1 text-xs text-quiet sm:hidden">{madeWords(one)}</p>
                  </>
                )}
              </Cell>
              <Cell className="hidden py-2 text-quiet sm:table-cell">{madeWords(one)}</Cell>
            </Row>
          );
        })}
      </tbody>
    </Table>
  );
}

function Against({ one }: { one: Found | undefined }) {
  // That a collection is made stands in a column of its own.
  const said = one?.conflicts.filter(
    ({ line, level }) => level === "stop" || line !== "target" || one.creates === null,
  );
  return said?.map(({ line, level, words }) => (
    <p
      key={`${line} ${words}`}
      className={`mt-1 text-xs wrap-anywhere ${level === "stop" ? "text-problem" : "text-quiet"}`}
    >
      {words}
    </p>
  ));
}

function LeftOut({ words }: { words: string | undefined }) {
  return words && <p className="mt-1 text-xs text-quiet">{words}</p>;
}

const targetOf = (one: Found | undefined) => one?.namespace ?? one?.to ?? "";

function shapeWords({ dimension, metric }: CollectionView): string {
  return [dimension === null ? "" : `${countWords(dimension)} dimensions`, metric ?? ""]
    .filter((part) => part !== "")
    .join(", ");
}

function madeWords(one: Found | undefined): string {
  if (one === undefined) return "";
  return one.creates === null
    ? "It is there"
    : `New: ${countWords(one.creates.dimension)} dimensions, ${one.creates.metric}`;
}
