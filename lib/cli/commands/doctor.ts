import { verbs } from "@/lib/actions/verbs/registry";
import { exitCodes, OperatorError } from "@/lib/operator-error";
import type { Check, Doctor } from "@/lib/shapes/overview";
import { type CommonOptions, type RouteOption, routed } from "../options";
import { needsYes, Terminal } from "../terminal";
import { type Transport, withTransport } from "../transport";
import { table } from "../words/table";
import { bytes, counted } from "../words/words";

type Options = CommonOptions & RouteOption & { createTarget?: boolean };

const marks: Record<Check["state"], string> = { ok: "ok", warn: "warn", error: "ERROR", off: "off" };

function print(terminal: Terminal, doctor: Doctor): void {
  terminal.text(
    doctor.mode === "sandbox"
      ? "Sandbox: stand-ins on this machine; no request leaves it."
      : "Live: real services, real costs.",
  );
  terminal.text(
    table<Check>(
      [
        { title: "STATE", cell: (check) => marks[check.state] },
        { title: "CHECK", cell: (check) => check.name },
        { title: "SERVICE", cell: (check) => check.service },
        { title: "ms", align: "right", cell: (check) => (check.latencyMs === null ? "" : String(check.latencyMs)) },
        { title: "WORDS", cell: (check) => check.words },
      ],
      doctor.checks,
      terminal.dim,
    ),
  );
  for (const check of doctor.checks) if (check.next !== null) terminal.text(`${check.name}: ${check.next}`);
  if (doctor.egress && doctor.egress.bytes > 0)
    terminal.text(
      `Egress this month ${bytes(doctor.egress.bytes)} of ${doctor.egress.freeGb} GB free (read by Portage's runs).`,
    );
  const wrong = doctor.checks.filter((check) => check.state === "error").length;
  terminal.text(doctor.ok ? "Everything that is needed is in order." : `${counted(wrong, "check")} failed.`);
}

async function createTarget(
  terminal: Terminal,
  transport: Transport,
  { yes = false, ...options }: Options,
): Promise<void> {
  if (!yes) {
    if (!terminal.canAsk) throw needsYes("Creating the target index");
    if (!(await terminal.ask("Create the target index if it is missing?"))) {
      throw new OperatorError({
        kind: "refused",
        code: "declined",
        what: "You said no.",
        notLost: "Nothing was created.",
        next: "Run it again when you want the index.",
      });
    }
  }
  const { index, dimension, metric, outcome } = await transport.call(verbs.createTarget, routed(options));
  const words = outcome === "created" ? "was created" : "was there already";
  terminal.note(`The target ${index === "" ? "" : `index ${index} `}${words} (dimension ${dimension}, ${metric}).`);
}

/** `portage doctor`: every connection and what to do about it. Exit code 2 when something is wrong. */
export async function doctor(options: Options): Promise<number> {
  const terminal = new Terminal(options);
  const answer = await withTransport({ works: false }, async (transport) => {
    if (options.createTarget) await createTarget(terminal, transport, options);
    return transport.call(verbs.checkConnections, routed(options));
  });
  terminal.document(answer);
  for (const check of answer.checks) terminal.line(check);
  if (terminal.form === "text") print(terminal, answer);
  return answer.ok ? exitCodes.done : exitCodes.usage;
}
