import { verbs } from "@/lib/actions/verbs/registry";
import { exitCodes, isOperatorError, OperatorError } from "@/lib/operator-error";
import type { Plan } from "@/lib/shapes/plans/plan";
import type { SeveralRoutes } from "@/lib/shapes/routes/several-routes";
import { alongRoutes } from "../along-ends";
import { followRun } from "../follow-run";
import { ceilingsOf } from "../options";
import { reportRun } from "../report-run";
import { needsYes, Terminal } from "../terminal";
import { type Transport, withTransport } from "../transport";
import { table } from "../words/table";
import { counted, money, name, number } from "../words/words";
import type { Options } from "./reembed";
import { estimate, printPlan } from "./reembed";

type Planned = { route: SeveralRoutes["routes"][number]; plan: Plan };

/** A terminal whose documents are put together into one at the end. */
class Collecting extends Terminal {
  readonly documents: unknown[] = [];

  override document(value: unknown): void {
    this.documents.push(value);
  }
}

/**
 * `portage migrate --collections`: saves a route for each collection, plans all of them, asks once, and carries the plans out one after
 * the other. The exit code is that of the worst.
 */
export async function migrateSeveral(names: readonly string[], options: Options): Promise<number> {
  const terminal = new Collecting(options);
  if (names.length > 0 || options.detach || options.limit !== undefined)
    throw misused("--collections takes whole collections: no namespaces, --limit or --detach beside it.");
  if (!options.dryRun && !options.yes && !terminal.canAsk) throw needsYes("Migrating several collections");
  return withTransport({ works: true }, (transport) =>
    alongRoutes(transport, options, async ({ routes, leftOut }) => {
      printRoutes(terminal, routes);
      for (const { from, words } of leftOut) terminal.note(`${name(from)}: ${words}`);
      const planned: Planned[] = [];
      for (const route of routes) {
        const plan = await planOf(terminal, transport, route);
        if (plan !== null) planned.push({ route, plan });
      }
      const code = options.dryRun ? dryRun(terminal, planned) : await applyAll(terminal, transport, planned, options);
      new Terminal(options).document({ routes, leftOut, [options.dryRun ? "plans" : "runs"]: terminal.documents });
      return code;
    }),
  );
}

/** `null`: the collection holds nothing. */
async function planOf(terminal: Terminal, transport: Transport, route: Planned["route"]): Promise<Plan | null> {
  terminal.note(`${name(route.from)}:`);
  try {
    return await estimate(terminal, transport, { all: true, route: route.name });
  } catch (error) {
    if (!isOperatorError(error) || error.code !== "source-empty") throw error;
    terminal.note("It holds no records: there is nothing to migrate.");
    return null;
  }
}

function printRoutes(terminal: Terminal, routes: SeveralRoutes["routes"]): void {
  terminal.text(
    table<SeveralRoutes["routes"][number]>(
      [
        { title: "FROM", cell: ({ from }) => name(from) },
        {
          title: "TO",
          cell: ({ to, namespace }) => (namespace === null ? name(to) : `${name(to)}, ${name(namespace)}`),
        },
        {
          title: "MADE",
          cell: ({ creates }) =>
            creates === null ? "it is there" : `dimension ${number(creates.dimension)}, ${creates.metric}`,
        },
        { title: "ROUTE", cell: (route) => route.name },
      ],
      routes,
      terminal.dim,
    ),
  );
}

function dryRun(terminal: Terminal, planned: readonly Planned[]): number {
  for (const { route, plan } of planned) {
    terminal.document(plan);
    terminal.line(plan);
    terminal.text("");
    terminal.text(`${name(route.from)}: plan ${plan.id}`);
    if (terminal.form === "text") printPlan(terminal, plan);
  }
  terminal.text("This was a dry run: nothing was embedded, nothing was written. Start one of them: portage apply PLAN");
  return planned.some(({ plan }) => plan.counts.problem > 0) ? exitCodes.leftOver : exitCodes.done;
}

async function applyAll(
  terminal: Terminal,
  transport: Transport,
  planned: readonly Planned[],
  options: Options,
): Promise<number> {
  const sum = (of: (plan: Plan) => number) => planned.reduce((all, { plan }) => all + of(plan), 0);
  const question = `Write ${counted(
    sum(({ counts }) => counts.create),
    "record",
  )} of ${counted(planned.length, "collection")} for about ${money(sum(({ estimate: { usd } }) => usd.total))}?`;
  if (!options.yes && !(await terminal.ask(question))) {
    terminal.note("You said no: nothing was embedded, nothing was written.");
    return exitCodes.refused;
  }
  let worst: number = exitCodes.done;
  for (const { route, plan } of planned) {
    terminal.text("");
    terminal.text(`${name(route.from)}:`);
    const begun = { planId: plan.id, hash: plan.hash, ...ceilingsOf(options) };
    const { run } = await transport.call(verbs.startReembedding, begun);
    const opening = `Started ${run.id}.`;
    const code = await reportRun(
      terminal,
      transport,
      await followRun(terminal, transport, run, { onInterrupt: "pause", opening }),
    );
    worst = Math.max(worst, code);
    // What was interrupted or failed is for the operator to look at before more is begun.
    if (code !== exitCodes.done && code !== exitCodes.leftOver) return code;
  }
  return worst;
}

function misused(what: string): OperatorError {
  return new OperatorError({
    kind: "usage",
    code: "invalid-option",
    what,
    notLost: "Nothing was started and nothing was saved.",
    next: "Leave these out, or migrate one collection with --from CONNECTION:COLLECTION.",
  });
}
