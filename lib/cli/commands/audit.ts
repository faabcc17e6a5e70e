import { auditExport } from "@/lib/actions/audit/audit-verbs";
import { verbs } from "@/lib/actions/verbs/registry";
import { exitCodes } from "@/lib/operator-error";
import { type AuditEntry, auditOutcomes } from "@/lib/shapes/team/audit";
import { oneOf } from "../option-values";
import { type CommonOptions, wholeNumber } from "../options";
import { Terminal } from "../terminal";
import { withTransport } from "../transport";
import { table } from "../words/table";
import { counted, moment, name } from "../words/words";
import { writeFile } from "../write-file";

type Options = CommonOptions & {
  who?: string;
  act?: string;
  subject?: string;
  outcome?: string;
  limit?: string;
  verify?: boolean;
  output?: string;
};

/** `portage audit`: who did what; `--verify`: whether the trail is whole (exit 1 when it isn't); `-o FILE`: all of it as JSON lines. */
export async function audit(options: Options): Promise<number> {
  if (options.verify) return verify(options);
  const outcome = oneOf("--outcome", options.outcome, auditOutcomes);
  const { who, act, subject, output } = options;
  const filters = {
    ...(who === undefined ? {} : { who }),
    ...(act === undefined ? {} : { act }),
    ...(subject === undefined ? {} : { subject }),
    ...(outcome === null || outcome === undefined ? {} : { outcome }),
  };
  const terminal = new Terminal(options);
  if (output !== undefined) {
    await withTransport({ works: false }, (transport) => writeFile(output, transport.download(auditExport, filters)));
    terminal.document({ file: output });
    terminal.text(`Wrote ${output}.`);
    return exitCodes.done;
  }
  const limit = wholeNumber("--limit", options.limit, 1, 500) ?? 50;
  const page = await withTransport({ works: false }, (transport) =>
    transport.call(verbs.listAudit, { ...filters, limit }),
  );
  terminal.document(page);
  for (const entry of page.entries) terminal.line(entry);
  if (terminal.form !== "text") return exitCodes.done;
  for (const { at, who, act, subject } of page.open) {
    const what = subject === "" ? act : `${act} ${name(subject)}`;
    terminal.text(`${moment(at)}  ${name(who)}: ${what} was begun; how it ended isn't known.`);
  }
  if (page.entries.length === 0) {
    terminal.text("No entry matches.");
    return exitCodes.done;
  }
  terminal.text(
    table<AuditEntry>(
      [
        { title: "ENTRY", cell: ({ number }) => String(number), align: "right" },
        { title: "AT", cell: ({ at }) => moment(at) },
        { title: "WHO", cell: (entry) => name(entry.who) },
        { title: "ROLE", cell: ({ role }) => role },
        { title: "FROM", cell: ({ by, address }) => (address === "" ? by : `${by} ${address}`) },
        { title: "ACT", cell: (entry) => entry.act },
        { title: "ABOUT", cell: (entry) => name(entry.subject === "" ? "-" : entry.subject) },
        { title: "OUTCOME", cell: (entry) => (entry.code === "" ? entry.outcome : `${entry.outcome}: ${entry.code}`) },
      ],
      page.entries,
      terminal.dim,
    ),
  );
  terminal.note(`${counted(page.entries.length, "entry", "entries")} of ${page.matching}.`);
  return exitCodes.done;
}

async function verify(options: Options): Promise<number> {
  const terminal = new Terminal(options);
  const verdict = await withTransport({ works: false }, (transport) => transport.call(verbs.verifyAudit, {}));
  terminal.document(verdict);
  const { broken, last, entries, open } = verdict;
  if (broken) terminal.text(`The audit trail is broken at entry ${broken.number}. ${broken.words}`);
  else if (last === null) terminal.text("The audit trail is empty.");
  else terminal.text(`The audit trail is whole: ${counted(entries, "entry", "entries")}, the last one ${last.number}.`);
  if (last) terminal.text(`${last.hash}  entry ${last.number}`);
  if (open > 0)
    terminal.text(`${counted(open, "act was", "acts were")} begun and no entry says how it ended: see portage audit.`);
  if (!broken && last)
    terminal.note("Note this line elsewhere: it shows later whether entries at the end were cut off.");
  return broken ? exitCodes.leftOver : exitCodes.done;
}
