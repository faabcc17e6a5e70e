import { verbs } from "@/lib/actions/verbs/registry";
import { exitCodes } from "@/lib/operator-error";
import { type FleetPage, type FleetRow, fleetStates } from "@/lib/shapes/schedules/fleet";
import { oneOf } from "../option-values";
import { type CommonOptions, type RouteOption, routed, wholeNumber } from "../options";
import { Terminal } from "../terminal";
import { withTransport } from "../transport";
import { table } from "../words/table";
import { counted, moment, name, number, state } from "../words/words";

type Options = CommonOptions & RouteOption & { state?: string; search?: string; limit?: string };

const pageSize = 500;
const most = 1_000_000;

/** `portage fleet`: what needs somebody first; with `--json` the totals too. */
export async function listFleet(options: Options): Promise<number> {
  const terminal = new Terminal(options);
  const limit = wholeNumber("--limit", options.limit, 1, most) ?? most;
  const only = oneOf("--state", options.state, fleetStates);
  const { search } = options;
  const along = routed(options);
  const rows: FleetRow[] = [];
  const page = await withTransport({ works: false }, async (transport): Promise<FleetPage> => {
    for (;;) {
      const asked = { offset: rows.length, limit: Math.min(pageSize, limit - rows.length) };
      const filters = { ...(only ? { state: only } : {}), ...(search === undefined ? {} : { search }) };
      const read = await transport.call(verbs.listFleet, { ...filters, ...asked, ...along });
      rows.push(...read.rows);
      if (read.rows.length === 0 || rows.length >= Math.min(limit, read.matching)) return read;
    }
  });
  terminal.document({ ...page, rows });
  for (const row of rows) terminal.line(row);
  if (terminal.form !== "text") return exitCodes.done;
  if (rows.length === 0) {
    terminal.text("No namespaces.");
    return exitCodes.done;
  }
  const figure = (part: "outOfSync" | "create" | "update" | "problem" | "orphan") => (row: FleetRow) =>
    row.standing ? number(row.standing[part]) : "-";
  terminal.text(
    table<FleetRow>(
      [
        {
          title: "NAMESPACE",
          cell: (row) => (row.writtenAs === undefined ? name(row.name) : `${name(row.name)} as ${name(row.writtenAs)}`),
        },
        { title: "STATE", cell: (row) => state(row.state) },
        { title: "DIFFERENCES", cell: figure("outOfSync"), align: "right" },
        { title: "CREATE", cell: figure("create"), align: "right" },
        { title: "UPDATE", cell: figure("update"), align: "right" },
        { title: "PROBLEM", cell: figure("problem"), align: "right" },
        { title: "ORPHAN", cell: figure("orphan"), align: "right" },
        { title: "ANALYSED", cell: ({ standing }) => (standing ? moment(standing.analysedAt) : "-") },
        { title: "PLAN", cell: ({ standing }) => standing?.planId ?? "-" },
        { title: "NEXT", cell: ({ schedule }) => (schedule ? moment(schedule.nextAt) : "-") },
      ],
      rows,
      terminal.dim,
    ),
  );
  terminal.note(
    `${counted(page.totals.outOfSync, "record")} out of sync in ${counted(page.totals.namespaces, "namespace")}.`,
  );
  return exitCodes.done;
}
