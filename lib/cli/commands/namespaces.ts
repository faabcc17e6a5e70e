import { verbs } from "@/lib/actions/verbs/registry";
import { exitCodes } from "@/lib/operator-error";
import { differenceFigure } from "@/lib/shapes/namespaces/difference";
import type { NamespaceRow, Namespaces } from "@/lib/shapes/namespaces/namespaces";
import { oneOf } from "../option-values";
import { type CommonOptions, type RouteOption, routed } from "../options";
import { Terminal } from "../terminal";
import { withTransport } from "../transport";
import { table } from "../words/table";
import { count, counted, name, number } from "../words/words";

type Options = CommonOptions & RouteOption & { prefix?: string; index?: string };

/** How much differs, by the last comparison or else by counts; nothing can be said of one side alone. */
function difference(row: NamespaceRow): string {
  if (row.comparison === undefined || (row.source === null && row.target === null)) return "-";
  const { figure, note } = differenceFigure(row);
  return `${figure} (${note})`;
}

/** Which models made the target's vectors: `4,584 of gemini-embedding-001 (3,072), 120 of a model that isn't known`. */
function modelLine(namespaces: readonly NamespaceRow[]): string {
  const sums = new Map<string, number>();
  let unknown = 0;
  // What several are written into is counted once.
  const seen = new Set<string>();
  for (const { name, writtenAs = name, models } of namespaces) {
    if (seen.has(writtenAs)) continue;
    seen.add(writtenAs);
    unknown += models?.unknown ?? 0;
    for (const { model, dimension, vectors } of models?.known ?? []) {
      const key = `${model} (${number(dimension)})`;
      sums.set(key, (sums.get(key) ?? 0) + vectors);
    }
  }
  const parts = [...sums].map(([of, vectors]) => `${number(vectors)} of ${of}`);
  return [...parts, ...(unknown > 0 ? [`${number(unknown)} of a model that isn't known`] : [])].join(", ");
}

function printTable(terminal: Terminal, { namespaces, totals, source, target }: Namespaces): void {
  terminal.text(
    table<NamespaceRow>(
      [
        {
          title: "NAMESPACE",
          cell: (row) => (row.writtenAs === undefined ? name(row.name) : `${name(row.name)} as ${name(row.writtenAs)}`),
        },
        { title: source.index.toUpperCase(), align: "right", cell: (row) => count(row.source) },
        {
          title: target ? target.index.toUpperCase() : "(NO TARGET)",
          align: "right",
          cell: (row) => count(row.target),
        },
        { title: "DIFFERENCE", align: "right", cell: difference },
      ],
      namespaces,
      terminal.dim,
    ),
  );
  const approximate = namespaces.some((row) => row.source?.exact === false || row.target?.exact === false);
  const about = approximate ? "about " : "";
  terminal.text(
    `${counted(totals.namespaces, "namespace")}: ${about}${number(totals.source)} in ${source.index}, ${about}${number(totals.target)} in ${target?.index ?? "no target index yet"}.`,
  );
  for (const { name: of, models } of namespaces)
    if (models && models.known.length > 1)
      terminal.text(
        `${name(of)} holds vectors of ${models.known.length} models (${models.known.map(({ model }) => model).join(", ")}): searches over it are noise.`,
      );
  const gathering = new Map(
    namespaces.flatMap(({ name: own, writtenAs = own, gathers }) =>
      gathers === undefined ? [] : [[writtenAs, gathers]],
    ),
  );
  for (const [into, gathers] of gathering)
    terminal.text(`${name(into)} takes ${number(gathers)} namespaces: its count is of all of them together.`);
  const made = modelLine(namespaces);
  if (made !== "") terminal.text(`Vectors in ${target?.index ?? "the target"}: ${made}.`);
  if (approximate) terminal.text("~ and about: from index statistics, which may lag.");
}

/** `portage namespaces`: counts on both sides. Exit code 2 when a named namespace is in neither index. */
export async function namespaces(names: string[], options: Options): Promise<number> {
  const terminal = new Terminal(options);
  const index = oneOf("--index", options.index, ["source", "target", "both"] as const);
  const input = {
    ...(names.length > 0 ? { names } : {}),
    ...(options.prefix === undefined ? {} : { prefix: options.prefix }),
    ...(index === undefined ? {} : { index }),
    ...routed(options),
  };
  const answer = await withTransport({ works: false }, (transport) => transport.call(verbs.listNamespaces, input));
  terminal.document(answer);
  for (const row of answer.namespaces) terminal.line(row);
  if (terminal.form === "text") printTable(terminal, answer);
  const absent =
    names.length === 0 ? [] : answer.namespaces.filter((row) => row.source === null && row.target === null);
  for (const row of absent) terminal.note(`There is no namespace ${name(row.name)} in what was asked.`);
  return absent.length > 0 ? exitCodes.usage : exitCodes.done;
}
