import { verbs } from "@/lib/actions/verbs/registry";
import { exitCodes, OperatorError } from "@/lib/operator-error";
import type { SwitchAnswer, SwitchStanding } from "@/lib/shapes/cut-over/switch";
import { oneOf } from "../option-values";
import type { CommonOptions } from "../options";
import { Terminal } from "../terminal";
import { withTransport } from "../transport";
import { table } from "../words/table";
import { name, nameIfAny } from "../words/words";

type SwitchOptions = CommonOptions & {
  to?: string;
  back?: boolean;
  dryRun?: boolean;
  force?: string;
  view?: string;
  function?: string;
};

/** `portage switch ROUTE --to target|source | --back`: which side the application asks. Neither of them: how it stands. */
export async function switchRoute(route: string, options: SwitchOptions): Promise<number> {
  const terminal = new Terminal(options);
  const side = oneOf("--to", options.to, ["target", "source"] as const);
  if (side !== undefined && options.back) throw both();
  const to = options.back ? ("back" as const) : side;
  if (to === undefined) return showStanding(terminal, route);
  const { force, view, function: called } = options;
  const input = {
    name: route,
    to,
    dryRun: options.dryRun === true,
    ...(force !== undefined && { force }),
    ...(view !== undefined && { view }),
    ...(called !== undefined && { function: called }),
  };
  const answer = await withTransport({ works: false }, (transport) => transport.call(verbs.switchRoute, input));
  terminal.document(answer);
  terminal.text(answerWords(answer));
  if (answer.dryRun) return answer.against.length > 0 ? exitCodes.refused : exitCodes.done;
  return answer.switch?.hook?.ok === false ? exitCodes.leftOver : exitCodes.done;
}

async function showStanding(terminal: Terminal, route: string): Promise<number> {
  const standing = await withTransport({ works: false }, (transport) =>
    transport.call(verbs.showSwitch, { name: route }),
  );
  terminal.document(standing);
  terminal.text(standingWords(standing, terminal));
  return exitCodes.done;
}

function answerWords({ dryRun, against, notes, paths, env, statements, ...answer }: SwitchAnswer): string {
  const made = answer.switch;
  const head = dryRun
    ? against.length === 0
      ? `Nothing stands against switching to the ${answer.to}. Nothing was written.`
      : `It would be refused to switch to the ${answer.to}. Nothing was written.`
    : `${made?.words ?? ""} Switch ${made?.generation ?? ""}${made?.reason ? `, forced: ${name(made.reason)}` : ""}.`;
  return [
    head,
    ...against.map(({ words }) => `  ! ${name(words)}`),
    ...notes.map((words) => `    ${name(words)}`),
    "",
    `${dryRun ? "Would be written" : "Written"}: ${paths.json}`,
    `${dryRun ? "            and" : "    and"}: ${paths.env}`,
    ...env
      .trimEnd()
      .split("\n")
      .map((line) => `  ${name(line)}`),
    ...(statements.length === 0
      ? []
      : [
          "",
          `${dryRun ? "Would be run" : "Was run"} in the target's database, in one transaction:`,
          ...statements.map((one) => `${one};`),
        ]),
    ...(made?.hook ? ["", name(made.hook.words)] : []),
  ].join("\n");
}

function standingWords({ route, active, file, paths, back, history }: SwitchStanding, terminal: Terminal): string {
  const fileWords = {
    none: "No file was written yet.",
    "as-written": `${paths.json} says so.`,
    missing: `${paths.json} is missing: switch again to write it.`,
    other: `${paths.json} holds something else than the last switch wrote.`,
  };
  const backWords =
    back.route !== null
      ? `The route ${back.route} leads back.`
      : back.offer !== null
        ? `To copy back what is written to the target: ${back.offer.command}`
        : `No route back can be offered. ${back.why ?? ""}`;
  return [
    `The application of ${route} asks the ${active}. ${fileWords[file]}`,
    name(backWords),
    ...(history.length === 0
      ? []
      : [
          "",
          table<SwitchStanding["history"][number]>(
            [
              { title: "#", align: "right", cell: ({ generation }) => String(generation) },
              { title: "TO", cell: ({ to, back: again }) => (again ? `${to} (back)` : to) },
              { title: "STATE", cell: ({ state }) => state },
              { title: "WHO", cell: ({ switchedBy }) => name(switchedBy) },
              { title: "WHEN", cell: ({ startedAt }) => startedAt },
              { title: "FORCED", cell: ({ reason }) => nameIfAny(reason) },
            ],
            history,
            terminal.dim,
          ),
        ]),
  ].join("\n");
}

const both = () =>
  new OperatorError({
    kind: "usage",
    code: "invalid-option",
    what: "--to and --back were given together.",
    notLost: "Nothing was written.",
    next: "Give one of them.",
  });
