import { verbs } from "@/lib/actions/verbs/registry";
import { exitCodes, OperatorError } from "@/lib/operator-error";
import { type FieldKind, fieldKinds } from "@/lib/shapes/documents/clearance";
import { followRun } from "../follow-run";
import { oneOf } from "../option-values";
import { type CommonOptions, chosenNamespaces, wholeNumber } from "../options";
import { needsYes, Terminal } from "../terminal";
import { withTransport } from "../transport";
import { overviewLines, preconditionLine } from "../words/clearance-words";
import { planLines } from "../words/summary";
import { table } from "../words/table";
import { counted, name, number } from "../words/words";
import { requireFinished } from "./mirror";

type PlanOptions = CommonOptions & {
  all?: boolean;
  level?: string;
  value?: string;
  kind?: string;
  field?: string;
  missingOnly?: boolean;
  every?: boolean;
  overwrite?: boolean;
  unindexed?: boolean;
  index?: string;
  detailedExitcode?: boolean;
};
type ShowOptions = CommonOptions & { namespaces?: boolean; search?: string; limit?: string };
type MappingOptions = CommonOptions & { field?: string; kind?: string; index?: string };

const refuse = (what: string, next: string) =>
  new OperatorError({ kind: "usage", code: "invalid-option", what, notLost: "Nothing was read or written.", next });

/** A value as it is typed, of the kind that was named. Whether it fits is for the verb to say. */
function typed(text: string, kind: FieldKind): string | number | boolean {
  if (kind === "keyword") return text;
  if (kind === "boolean" && (text === "true" || text === "false")) return text === "true";
  if (kind !== "boolean" && text.trim() !== "" && Number.isFinite(Number(text))) return Number(text);
  throw refuse(
    `--value is ${JSON.stringify(text)}, which isn't of the kind ${kind}.`,
    "Give another value, or another --kind.",
  );
}

function requestOf(options: PlanOptions) {
  if (options.missingOnly && options.every)
    throw refuse("--missing-only and --every were given, which exclude each other.", "Give one of the two.");
  const kind = oneOf("--kind", options.kind, fieldKinds);
  if (options.level !== undefined && (options.value !== undefined || kind !== undefined))
    throw refuse(
      "--level was given beside --value or --kind.",
      "Give --level for a whole number, or --value and --kind.",
    );
  const level = wholeNumber("--level", options.level, -(2 ** 31), 2 ** 31 - 1);
  return {
    documents: options.every ? ("every" as const) : ("missing" as const),
    overwrite: options.overwrite === true,
    unindexed: options.unindexed === true,
    ...(level === undefined ? {} : { level }),
    ...(options.value === undefined ? {} : { value: typed(options.value, kind ?? "integer") }),
    ...(kind === undefined ? {} : { kind }),
    ...(options.field === undefined ? {} : { field: options.field }),
    ...(options.index === undefined ? {} : { index: options.index }),
  };
}

/** `portage clearance plan`: looks through documents and stores what setting a field would change. Reads only. */
export async function planClearance(names: string[], options: PlanOptions): Promise<number> {
  const terminal = new Terminal(options);
  const chosen = chosenNamespaces(names, names.length === 0 ? true : options.all);
  const input = { ...chosen, ...requestOf(options) };
  return withTransport({ works: true }, async (transport) => {
    const started = await transport.call(verbs.planClearance, input);
    for (const known of started.preconditions) terminal.note(preconditionLine(known));
    const opening = started.resumed
      ? `Going on with ${started.run.id}, which was interrupted: it looks through the documents again.`
      : "Looking through the documents. Nothing is written.";
    const followed = await followRun(terminal, transport, started.run, { onInterrupt: "pause", opening });
    const plan = requireFinished(followed, await transport.call(verbs.showPlan, { id: started.plan.id }));
    terminal.document(plan);
    terminal.line(plan);
    const changes = plan.counts.create + plan.counts.update;
    if (terminal.form === "text") {
      for (const line of planLines(plan)) terminal.text(line);
      terminal.text(`Plan ${plan.id}. Nothing was written.`);
      if (changes > 0) terminal.note(`Review it: portage plan changes ${plan.id}. Apply it: portage apply ${plan.id}`);
    }
    // What can't be set isn't set either: only a plan without both means that every document has the level.
    return options.detailedExitcode && changes + plan.counts.problem > 0 ? exitCodes.changes : exitCodes.done;
  });
}

/** `portage clearance show`: how many documents have a value, and what stands in the way of setting it. Reads only. */
export async function showDocuments(options: ShowOptions): Promise<number> {
  const terminal = new Terminal(options);
  const limit = wholeNumber("--limit", options.limit, 1, 500) ?? 100;
  return withTransport({ works: false }, async (transport) => {
    if (!options.namespaces) {
      const overview = await transport.call(verbs.showDocuments, {});
      terminal.document(overview);
      for (const line of overviewLines(overview)) terminal.text(line);
      return exitCodes.done;
    }
    const search = options.search === undefined ? {} : { search: options.search };
    const answer = await transport.call(verbs.listDocumentNamespaces, { limit, ...search });
    terminal.document(answer);
    for (const row of answer.rows) terminal.line(row);
    if (terminal.form === "text") {
      terminal.text(
        table<(typeof answer.rows)[number]>(
          [
            { title: "NAMESPACE", cell: (row) => (row.name === null ? "(none)" : name(row.name)) },
            { title: "DOCUMENTS", align: "right", cell: (row) => number(row.documents) },
            { title: "WITH", align: "right", cell: (row) => number(row.with) },
            { title: "WITHOUT", align: "right", cell: (row) => number(row.documents - row.with) },
          ],
          answer.rows,
          terminal.dim,
        ),
      );
      if (answer.matching > answer.rows.length)
        terminal.note(`These are ${number(answer.rows.length)} of ${number(answer.matching)}: give a larger --limit.`);
    }
    return exitCodes.done;
  });
}

/** `portage clearance add-mapping`: adds the field to mappings that don't know it, as a plan offers. Writes no document. */
export async function addMapping(options: MappingOptions): Promise<number> {
  const terminal = new Terminal(options);
  const kind = oneOf("--kind", options.kind, fieldKinds);
  const input = {
    ...(options.field === undefined ? {} : { field: options.field }),
    ...(kind === undefined ? {} : { kind }),
    ...(options.index === undefined ? {} : { index: options.index }),
  };
  if (!options.yes && !terminal.canAsk) throw needsYes("Changing a mapping");
  return withTransport({ works: false }, async (transport) => {
    const names = options.index ?? (await transport.call(verbs.showDocuments, {})).target.join(", ");
    const question = `Add ${options.field ?? "clearance_level"} as ${kind ?? "integer"} to the mapping of ${names}, where it isn't mapped? A mapping can't be taken away again.`;
    if (!options.yes && !(await terminal.ask(question))) {
      terminal.note("You said no: no mapping was changed.");
      return exitCodes.refused;
    }
    const added = await transport.call(verbs.addMapping, input);
    terminal.document(added);
    terminal.text(
      `Added ${added.field} as ${added.kind} to the mapping of ${counted(added.indices.length, "index", "indexes")}: ${added.indices.join(", ")}.`,
    );
    return exitCodes.done;
  });
}
