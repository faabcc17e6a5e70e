import { verbs } from "@/lib/actions/verbs/registry";
import { exitCodes } from "@/lib/operator-error";
import type { Route } from "@/lib/shapes/routes/route";
import type { PreviewEnd, PreviewRecord, RoutePreview } from "@/lib/shapes/routes/route-preview";
import { givenRoute, type RouteOptions } from "../given-route";
import type { CommonOptions } from "../options";
import { Terminal } from "../terminal";
import { withTransport } from "../transport";
import { table } from "../words/table";
import { name, number } from "../words/words";

type AddOptions = CommonOptions & RouteOptions & { dryRun?: boolean };

const endWords = ({ connection, collection }: Route["definition"]["source"]) =>
  name(collection === "" ? connection : `${connection}:${collection}`);

/** `portage routes list`: that of the environment first. */
export async function listRoutes(options: CommonOptions): Promise<number> {
  const terminal = new Terminal(options);
  const answer = await withTransport({ works: false }, (transport) => transport.call(verbs.listRoutes, {}));
  terminal.document(answer);
  for (const route of answer.routes) terminal.line(route);
  terminal.text(
    table<Route>(
      [
        { title: "ROUTE", cell: (route) => route.name },
        { title: "FROM", cell: ({ definition }) => endWords(definition.source) },
        { title: "TO", cell: ({ definition }) => endWords(definition.target) },
        { title: "WHAT", cell: ({ words }) => name(words) },
        { title: "SET BY", cell: ({ fixed }) => (fixed ? "environment" : "you") },
      ],
      answer.routes,
      terminal.dim,
    ),
  );
  return exitCodes.done;
}

/** `portage routes show NAME`: its rules, both ends as they are now, and its first records as they would be written. */
export async function showRoute(route: string, options: CommonOptions): Promise<number> {
  const terminal = new Terminal(options);
  const answer = await withTransport({ works: false }, async (transport) => {
    const found = await transport.call(verbs.showRoute, { name: route });
    const preview = await transport.call(verbs.previewRoute, { definition: found.route.definition });
    return { ...found, preview };
  });
  terminal.document(answer);
  terminal.text(
    `${answer.route.name}, revision ${number(answer.route.revision)}${answer.route.fixed ? ", set by the environment" : ""}`,
  );
  printPreview(terminal, answer.preview);
  return stopped(answer.preview) ? exitCodes.leftOver : exitCodes.done;
}

const stopped = ({ conflicts }: RoutePreview) => conflicts.some(({ level }) => level === "stop");

/** `portage routes add NAME --from ... --to ...`; with `--dry-run` it only shows what the route would do. */
export async function addRoute(route: string, options: AddOptions): Promise<number> {
  const terminal = new Terminal(options);
  const definition = givenRoute(options);
  if (options.dryRun) {
    const preview = await withTransport({ works: false }, (transport) =>
      transport.call(verbs.previewRoute, { definition }),
    );
    terminal.document(preview);
    printPreview(terminal, preview);
    return stopped(preview) ? exitCodes.leftOver : exitCodes.done;
  }
  const answer = await withTransport({ works: false }, (transport) =>
    transport.call(verbs.addRoute, { name: route, definition }),
  );
  terminal.document(answer);
  terminal.text(`The route ${route} is saved: ${name(answer.route.words)}.`);
  return exitCodes.done;
}

/** `portage routes remove NAME`: what was made under it stays. */
export async function removeRoute(route: string, options: CommonOptions): Promise<number> {
  const terminal = new Terminal(options);
  const answer = await withTransport({ works: false }, (transport) =>
    transport.call(verbs.removeRoute, { name: route }),
  );
  terminal.document(answer);
  terminal.text(`The route ${route} is removed. Its plans and runs stay.`);
  return exitCodes.done;
}

function previewEnd({ connection, service, collection, state, dimension, metric, vectors }: PreviewEnd): string {
  const place = name(collection === "" ? connection : `${connection}:${collection}`);
  if (state === "unknown") return `${place}: not looked at`;
  if (state === "missing") return `${place} (${service}): not there yet`;
  const count = vectors ? `, ${vectors.exact ? "" : "about "}${number(vectors.value)} vectors` : "";
  return `${place} (${service}): dimension ${dimension === null ? "none" : number(dimension)}, ${metric}${count}`;
}

function printPreview(terminal: Terminal, preview: RoutePreview): void {
  terminal.text(name(preview.words));
  terminal.text(`  from ${previewEnd(preview.source)}`);
  terminal.text(`  to   ${previewEnd(preview.target)}`);
  for (const field of preview.fields ?? [])
    terminal.text(`  field ${name(field.name)}: ${name(field.holds)}${field.required ? ", required" : ""}`);
  const marks = { stop: "!", warn: "*", settled: "=" };
  for (const { level, words, next } of preview.conflicts)
    terminal.text(`  ${marks[level]} ${name(`${words} ${next}`.trim())}`);
  if (preview.noRecords !== null) terminal.text(`  ${name(preview.noRecords)}`);
  for (const record of preview.records) terminal.text(`  ${recordWords(record)}`);
}

function recordWords({ id, to, metadata, text, values, problem }: PreviewRecord): string {
  const vector =
    problem ?? (values ? `vector ${values.join(", ")}, ...` : `text ${JSON.stringify((text ?? "").slice(0, 60))}`);
  return `${name(id)} in ${name(to.namespace)}: ${name(vector)}; metadata ${name(JSON.stringify(metadata).slice(0, 120))}`;
}
