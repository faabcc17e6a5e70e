import { verbs } from "@/lib/actions/verbs/registry";
import { exitCodes } from "@/lib/operator-error";
import type { Coverage } from "@/lib/shapes/routes/fill";
import type { CommonOptions } from "../options";
import { Terminal } from "../terminal";
import { withTransport } from "../transport";
import { table } from "../words/table";
import { name, number } from "../words/words";

/** `portage coverage ROUTE`: how many rows of the route's table have a vector, of which model, by namespace, and the SQL that counts them. */
export async function coverage(route: string, options: CommonOptions): Promise<number> {
  const terminal = new Terminal(options);
  const found = await withTransport({ works: false }, (transport) =>
    transport.call(verbs.showCoverage, { name: route }),
  );
  terminal.document(found);
  terminal.line(found);
  for (const line of coverageLines(found, terminal.dim)) terminal.text(line);
  return exitCodes.done;
}

const lacking = ({ rows, withVector }: { rows: number; withVector: number }) => rows - withVector;

function coverageLines(found: Coverage, dim: (text: string) => string): string[] {
  const { connection, collection, rows, withVector, models, namespaces, more, note, sql } = found;
  return [
    `${name(`${connection}:${collection}`)} has ${number(rows)} rows: ${number(withVector)} with a vector, ${number(lacking(found))} without.`,
    ...(models ?? []).map(
      ({ model, withVector: of }) => `  ${model === null ? "no model named" : name(model)}: ${number(of)}`,
    ),
    table(
      [
        { title: "NAMESPACE", cell: (row) => (row.name === "" ? "__default__" : name(row.name)) },
        { title: "ROWS", cell: (row) => number(row.rows), align: "right" },
        { title: "WITH A VECTOR", cell: (row) => number(row.withVector), align: "right" },
        { title: "WITHOUT", cell: (row) => number(lacking(row)), align: "right" },
      ],
      namespaces,
      dim,
    ),
    ...(more > 0 ? [`And ${number(more)} namespaces more.`] : []),
    ...(note === null ? [] : [note]),
    "Counted by:",
    ...sql.flatMap((statement) => `${statement};`.split("\n").map((line) => `  ${line}`)),
  ];
}
