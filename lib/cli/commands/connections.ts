import { verbs } from "@/lib/actions/verbs/registry";
import { exitCodes, OperatorError } from "@/lib/operator-error";
import type { CollectionView, ConnectionTest } from "@/lib/shapes/routes/connection-test";
import type { KindView } from "@/lib/shapes/routes/kind";
import type { Connection } from "@/lib/shapes/routes/route";
import { flagOf, givenSettings } from "../given-settings";
import type { CommonOptions } from "../options";
import { Terminal } from "../terminal";
import { type Transport, withTransport } from "../transport";
import { type Column, table } from "../words/table";
import { name, number } from "../words/words";

type SavingOptions = CommonOptions & { untested?: boolean; kind?: string };

const usesOf = ({ usedBy }: Connection) => (usedBy.length === 0 ? "-" : usedBy.join(", "));

/** `portage connections list`: those of the environment first. */
export async function listConnections(options: CommonOptions): Promise<number> {
  const terminal = new Terminal(options);
  const answer = await withTransport({ works: false }, (transport) => transport.call(verbs.listConnections, {}));
  terminal.document(answer);
  for (const connection of answer.connections) terminal.line(connection);
  terminal.text(
    table<Connection>(
      [
        { title: "CONNECTION", cell: (connection) => connection.name },
        { title: "SERVICE", cell: ({ service }) => name(service) },
        { title: "KIND", cell: ({ kind }) => name(kind) },
        { title: "SET BY", cell: ({ fixed }) => (fixed ? "environment" : "you") },
        { title: "USED BY", cell: usesOf },
        { title: "", cell: ({ problem }) => name(problem ?? " ").trim() },
      ],
      answer.connections,
      terminal.dim,
    ),
  );
  return answer.connections.some(({ problem }) => problem !== null) ? exitCodes.leftOver : exitCodes.done;
}

/** `portage connections kinds [KIND]`: what may be connected, and the flags of each. */
export async function listKinds(wanted: string | undefined, options: CommonOptions): Promise<number> {
  const terminal = new Terminal(options);
  const { kinds } = await withTransport({ works: false }, (transport) => transport.call(verbs.listKinds, {}));
  const shown = wanted === undefined ? kinds : [kindNamed(kinds, wanted)];
  terminal.document({ kinds: shown });
  for (const kind of shown) {
    terminal.line(kind);
    const can = kind.role === "embedder" ? "embedder" : kind.writes ? "source or target" : "source";
    terminal.text(`${kind.kind}: ${name(kind.service)}, ${can}`);
    for (const field of kind.fields) {
      const value =
        field.type === "choice"
          ? field.choices.join("|")
          : field.secret
            ? "env:NAME|-"
            : field.type === "number"
              ? "N"
              : field.path
                ? "PATH"
                : "TEXT";
      const note = field.required ? "needed" : field.fallback === null ? "optional" : `default ${field.fallback}`;
      terminal.text(`  ${flagOf(field.key)} ${value}  ${name(field.help)} (${name(note)})`);
    }
  }
  return exitCodes.done;
}

function kindNamed(kinds: readonly KindView[], wanted: string): KindView {
  const found = kinds.find(({ kind }) => kind === wanted);
  if (found) return found;
  throw new OperatorError({
    kind: "usage",
    code: "unknown-kind",
    what: `There is no kind of store or embedder ${JSON.stringify(wanted)}.`,
    notLost: "Nothing was changed.",
    next: `Name one of ${kinds.map(({ kind }) => kind).join(", ")}.`,
  });
}

/** `portage connections add KIND NAME --setting VALUE...`: tested, then kept; flags by the kind's own description. */
export async function addConnection(words: string[], options: SavingOptions): Promise<number> {
  const terminal = new Terminal(options);
  const named = words.slice(
    0,
    Math.max(
      0,
      [...words, "--"].findIndex((word) => word.startsWith("--")),
    ),
  );
  const [kindName, connection, ...more] = options.kind === undefined ? named : [options.kind, ...named];
  if (kindName === undefined || connection === undefined || more.length > 0)
    throw new OperatorError({
      kind: "usage",
      code: "invalid-usage",
      what: "A connection needs a kind and a name.",
      notLost: "Nothing was saved.",
      next: "Give both: portage connections add KIND NAME; `portage connections kinds` lists kinds with their flags.",
    });
  const answer = await withTransport({ works: false }, async (transport) => {
    const { kinds } = await transport.call(verbs.listKinds, {});
    const settings = await givenSettings(kindNamed(kinds, kindName), words.slice(named.length));
    const untested = options.untested ?? false;
    return transport.call(verbs.addConnection, { name: connection, kind: kindName, settings, untested });
  });
  terminal.document(answer);
  terminal.text(`The connection ${connection} is saved.`);
  printTest(terminal, answer.test);
  return exitCodes.done;
}

/** `portage connections update NAME --setting VALUE...`: what isn't given stays; `none` takes an optional setting away. */
export async function updateConnection(words: string[], options: SavingOptions): Promise<number> {
  const terminal = new Terminal(options);
  const [connection = "", ...flags] = words;
  const answer = await withTransport({ works: false }, async (transport) => {
    const kind = await kindOf(transport, connection);
    const settings = await givenSettings(kind, flags);
    return transport.call(verbs.updateConnection, { name: connection, settings, untested: options.untested ?? false });
  });
  terminal.document(answer);
  terminal.text(`The connection ${connection} is changed.`);
  printTest(terminal, answer.test);
  return exitCodes.done;
}

async function kindOf(transport: Transport, connection: string): Promise<KindView> {
  const { connection: found } = await transport.call(verbs.showConnection, { name: connection });
  const { kinds } = await transport.call(verbs.listKinds, {});
  return kindNamed(kinds, found.kind);
}

/** `portage connections test NAME`. Exit code 2 when something is wrong, as `portage doctor`. */
export async function testConnection(connection: string, options: CommonOptions): Promise<number> {
  const terminal = new Terminal(options);
  const test = await withTransport({ works: false }, (transport) =>
    transport.call(verbs.testConnection, { name: connection }),
  );
  terminal.document(test);
  printTest(terminal, test);
  if (terminal.form === "text" && test.collections.length > 0)
    terminal.text(
      table(
        [
          { title: "COLLECTION", cell: (one) => name(one.name) },
          {
            title: "DIMENSION",
            align: "right",
            cell: ({ dimension }) => (dimension === null ? "-" : number(dimension)),
          },
          { title: "METRIC", cell: ({ metric }) => metric ?? "-" },
          ...(test.collections.some(({ sort }) => sort !== undefined)
            ? [{ title: "KIND", cell: sortOf } satisfies Column<CollectionView>]
            : []),
        ],
        test.collections,
        terminal.dim,
      ),
    );
  return test.ok ? exitCodes.done : exitCodes.usage;
}

const sortOf = ({ sort, unfit }: CollectionView): string =>
  unfit === undefined ? (sort ?? "-") : `${sort ?? "unknown"}: not for this connection`;

function printTest(terminal: Terminal, test: ConnectionTest | null): void {
  if (test === null) {
    terminal.text("It was not tested.");
    return;
  }
  terminal.text(`${name(test.words)} (${number(test.latencyMs)} ms)`);
  for (const { what, state, words } of test.may)
    terminal.text(`  ${what}: ${state === "not-tried" ? "not tried" : state}. ${name(words)}`);
  if (test.next !== null) terminal.text(name(test.next));
}

/** `portage connections remove NAME`: its secrets go with it. */
export async function removeConnection(connection: string, options: CommonOptions): Promise<number> {
  const terminal = new Terminal(options);
  const answer = await withTransport({ works: false }, (transport) =>
    transport.call(verbs.removeConnection, { name: connection }),
  );
  terminal.document(answer);
  terminal.text(`The connection ${connection} is removed, its secrets with it.`);
  return exitCodes.done;
}
