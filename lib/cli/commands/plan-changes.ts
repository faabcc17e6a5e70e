import { changesExport } from "@/lib/actions/plans/plan-verbs";
import { verbs } from "@/lib/actions/verbs/registry";
import { exitCodes, OperatorError } from "@/lib/operator-error";
import { type Change, changeKinds, changeSchema, changeSigns } from "@/lib/shapes/plans/change";
import { textLines } from "@/lib/text/text-lines";
import { oneOf } from "../option-values";
import { type CommonOptions, wholeNumber } from "../options";
import { Terminal } from "../terminal";
import { type Transport, withTransport } from "../transport";
import { changeLines } from "../words/change-words";
import { counted, number } from "../words/words";
import { writeFile } from "../write-file";

type FilterOptions = {
  kind?: string;
  key?: string;
  namespace?: string;
  present?: string;
  sign?: string;
  search?: string;
};
type ChangesOptions = CommonOptions & FilterOptions & { limit?: string };
type ExcludeOptions = CommonOptions & FilterOptions & { index?: string; include?: boolean };
type ExportOptions = CommonOptions & FilterOptions & { format?: string; output?: string };

/** Changes that are printed as text when nothing else is said; the other forms give all of them. */
const shownAsText = 100;

function filtersOf(id: string, options: FilterOptions) {
  const kind = oneOf("--kind", options.kind, changeKinds);
  const sign = oneOf("--sign", options.sign, changeSigns);
  return {
    id,
    ...(kind === undefined ? {} : { kind }),
    ...(sign === undefined ? {} : { sign }),
    ...(options.key === undefined ? {} : { key: options.key }),
    ...(options.namespace === undefined ? {} : { namespace: options.namespace }),
    ...(options.present === undefined ? {} : { present: options.present }),
    ...(options.search === undefined ? {} : { search: options.search }),
  };
}
type Filters = ReturnType<typeof filtersOf>;

async function* wholeChanges(transport: Transport, filters: Filters, most: number): AsyncGenerator<Change> {
  let count = 0;
  for await (const line of textLines(transport.download(changesExport, { ...filters, format: "jsonl" }))) {
    if (count === most) return;
    count += 1;
    yield changeSchema.parse(JSON.parse(line));
  }
}

/** One document of any length, written as its changes come. */
async function* asDocument(changes: AsyncIterable<Change>, matching: number): AsyncGenerator<string> {
  yield '{"changes":[';
  let between = "\n";
  for await (const change of changes) {
    yield `${between}${JSON.stringify(change)}`;
    between = ",\n";
  }
  yield `\n],"matching":${JSON.stringify(matching)}}\n`;
}

async function* asLines(changes: AsyncIterable<Change>): AsyncGenerator<string> {
  for await (const change of changes) yield `${JSON.stringify(change)}\n`;
}

/** `portage plan changes ID`: what each record would become, and which keys differ. */
export async function listChanges(id: string, options: ChangesOptions): Promise<number> {
  const terminal = new Terminal(options);
  const filters = filtersOf(id, options);
  const limit = wholeNumber("--limit", options.limit, 1, 1_000_000_000);
  return withTransport({ works: false }, async (transport) => {
    const { matching } = await transport.call(verbs.listChanges, { ...filters, limit: 1 });
    const most = limit ?? (terminal.form === "text" ? shownAsText : Number.POSITIVE_INFINITY);
    const changes = wholeChanges(transport, filters, most);
    if (terminal.form === "json") await terminal.stream(asDocument(changes, matching));
    else if (terminal.form === "jsonl") await terminal.stream(asLines(changes));
    else {
      let count = 0;
      for await (const change of changes) {
        count += 1;
        for (const line of changeLines(change)) terminal.text(line);
      }
      if (count === 0) terminal.text("No changes.");
      if (count === most && matching !== count) {
        terminal.note(
          `These are the first ${number(count)} of ${number(matching)}: give a larger --limit, or --jsonl for all of them.`,
        );
      }
    }
    return exitCodes.done;
  });
}

/** `portage plan exclude ID RECORD...`: takes records out of a plan before it is approved; `--include` takes them back in. */
export async function excludeChanges(id: string, records: string[], options: ExcludeOptions): Promise<number> {
  const terminal = new Terminal(options);
  const input = {
    ...filtersOf(id, options),
    ...(records.length === 0 ? {} : { records }),
    ...(options.index === undefined ? {} : { index: options.index }),
    include: options.include === true,
  };
  return withTransport({ works: false }, async (transport) => {
    const { plan, moved, unknown } = await transport.call(verbs.excludeChanges, input);
    terminal.document(plan);
    const { create, update } = plan.excluded;
    terminal.text(
      `${counted(moved, "change")} taken ${options.include ? "back in" : "out"}. Out of ${plan.id} are now ${counted(create, "create")} and ${counted(update, "update")}.`,
    );
    if (unknown.length === 0) return exitCodes.done;
    const more = unknown.length > 5 ? ` and ${number(unknown.length - 5)} more` : "";
    const listed = unknown.slice(0, 5).map((record) => JSON.stringify(record));
    terminal.note(`The plan doesn't change ${listed.join(", ")}${more}.`);
    return exitCodes.leftOver;
  });
}

/** `portage plan withdraw ID`: takes an approval back before anything of the plan was applied. */
export async function withdrawApproval(id: string, options: CommonOptions): Promise<number> {
  const terminal = new Terminal(options);
  const plan = await withTransport({ works: false }, (transport) => transport.call(verbs.withdrawApproval, { id }));
  terminal.document(plan);
  terminal.text(`${plan.id} isn't approved any more: choose what to take out, and approve it again.`);
  return exitCodes.done;
}

/** `portage plan approve ID`: fixes what was taken out, and the hash of the rest. */
export async function approvePlan(id: string, options: CommonOptions): Promise<number> {
  const terminal = new Terminal(options);
  const plan = await withTransport({ works: false }, (transport) => transport.call(verbs.approvePlan, { id }));
  terminal.document(plan);
  terminal.text(`${plan.id} is approved, with the hash ${plan.approved?.hash ?? plan.hash}.`);
  terminal.text(`Apply it: portage apply ${plan.id}`);
  return exitCodes.done;
}

/** `portage plan export ID`: every change with whole values, to stdout or a file. */
export async function exportPlan(id: string, options: ExportOptions): Promise<number> {
  const format = oneOf("--format", options.format, ["jsonl", "csv"] as const) ?? "jsonl";
  const { output } = options;
  if (options.json && output === undefined) {
    throw new OperatorError({
      kind: "usage",
      code: "invalid-option",
      what: "--json was given, but the export itself goes to stdout.",
      notLost: "Nothing was changed.",
      next: "Give -o FILE as well, or leave --json out.",
    });
  }
  const terminal = new Terminal(options);
  return withTransport({ works: false }, async (transport) => {
    const chunks = transport.download(changesExport, { ...filtersOf(id, options), format });
    if (output === undefined) await terminal.stream(chunks);
    else {
      const bytes = await writeFile(output, chunks);
      terminal.document({ file: output, format, bytes });
      terminal.text(`Wrote ${output}, ${number(bytes)} bytes.`);
    }
    return exitCodes.done;
  });
}
