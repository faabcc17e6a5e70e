import { verbs } from "@/lib/actions/verbs/registry";
import { exitCodes } from "@/lib/operator-error";
import type { History } from "@/lib/shapes/history";
import type { CommonOptions } from "../options";
import { Terminal } from "../terminal";
import { withTransport } from "../transport";
import { table } from "../words/table";
import { bytes, moment, number, state } from "../words/words";

/** `portage history`: what of Portage's own past takes how much room. */
export async function showHistory(options: CommonOptions): Promise<number> {
  const terminal = new Terminal(options);
  const history = await withTransport({ works: false }, (transport) => transport.call(verbs.showHistory, {}));
  terminal.document(history);
  terminal.text(
    table<History["parts"][number]>(
      [
        { title: "PART", cell: ({ part }) => state(part) },
        { title: "ROWS", cell: ({ rows }) => (rows === null ? "-" : number(rows)) },
        { title: "SIZE", cell: (part) => bytes(part.bytes) },
        { title: "OLDEST", cell: ({ oldest }) => (oldest === null ? "-" : moment(oldest)) },
        { title: "KEPT", cell: ({ kept }) => kept },
      ],
      history.parts,
      terminal.dim,
    ),
  );
  terminal.note(`${bytes(history.bytes)} in all. PORTAGE_HISTORY_* set how much is kept.`);
  return exitCodes.done;
}
