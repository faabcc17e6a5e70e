import { verbs } from "@/lib/actions/verbs/registry";
import { exitCodes, OperatorError } from "@/lib/operator-error";
import type { CommonOptions } from "../options";
import { Terminal } from "../terminal";
import { withTransport } from "../transport";
import { name, number } from "../words/words";

/** `portage cleanup ROUTE --dry-run`: what of the old side could go, and the commands for it. Portage deletes nothing. 4: not yet. */
export async function cleanup(route: string, options: CommonOptions & { dryRun?: boolean }): Promise<number> {
  if (options.dryRun !== true)
    throw new OperatorError({
      kind: "usage",
      code: "invalid-option",
      what: "Portage deletes nothing.",
      notLost: "Nothing was deleted.",
      next: `Give --dry-run to see what could go, and run its command yourself.`,
    });
  const terminal = new Terminal(options);
  const found = await withTransport({ works: false }, (transport) =>
    transport.call(verbs.showCleanup, { name: route }),
  );
  terminal.document(found);
  terminal.text(
    [
      ...found.notYet.map(({ words }) => `! Not yet: ${name(words)}`),
      ...found.items.flatMap(({ what, service, records, vectorBytes, command }) => [
        `${name(what)} (${service}): ${records.exact ? "" : "about "}${number(records.value)} records${vectorBytes === null ? "" : `, ${(vectorBytes / 1e6).toFixed(1)} MB of vectors`}`,
        ...(command === null ? [] : [`  ${name(command)}`]),
      ]),
      found.items.every(({ command }) => command === null)
        ? "Portage deletes nothing. The command is shown once the application asks the target."
        : "Portage deletes nothing: run the command yourself once nothing speaks against it.",
    ].join("\n"),
  );
  return found.notYet.length > 0 ? exitCodes.refused : exitCodes.done;
}
