import { createHash } from "node:crypto";
import path from "node:path";
import { keepsNoNamespaces } from "@/lib/actions/connections/list-kinds";
import { verbs } from "@/lib/actions/verbs/registry";
import { OperatorError } from "@/lib/operator-error";
import type { KindView } from "@/lib/shapes/routes/kind";
import { type Connection, defaultConnections, type RouteEnd } from "@/lib/shapes/routes/route";
import type { SeveralRoutes } from "@/lib/shapes/routes/several-routes";
import { slug } from "@/lib/text/slug";
import { givenRoute, type RouteOptions } from "./given-route";
import { list } from "./option-values";
import type { Transport } from "./transport";

/** Which route a command works on: one that was saved, or its two ends. */
export type EndOptions = { route?: string } & Pick<
  RouteOptions,
  "from" | "to" | "embed" | "text" | "nested" | "ids" | "duplicates"
> & { collections?: string };

/** Where the source is named by a kind that has no namespaces, there is nothing to choose from: all of it is meant. */
export const meansAll = ({ from, all }: Pick<EndOptions, "from"> & { all?: boolean }): boolean | undefined =>
  all ?? (keepsNoNamespaces(from?.split(":")[0] ?? "") ? true : undefined);

/** What naming two ends has saved. */
export type SavedEnds = { connections: string[]; routes: string[] };

type Known = { kinds: readonly KindView[]; connections: readonly Connection[]; saved: SavedEnds };

/**
 * The route that a command names. Where it names two ends (`--from KIND:PLACE --to KIND:PLACE`), their connections and a route between
 * them are saved under names made of them, so that a run over them can be resumed; the same ends find the same route again.
 * @returns `undefined`: none was named
 * @throws OperatorError `invalid-option`, `unknown-kind`, or what saving throws
 */
export async function routeFor(
  transport: Transport,
  options: EndOptions,
  saved: SavedEnds,
): Promise<string | undefined> {
  if (options.collections !== undefined)
    throw misused("--collections makes several routes: migrate takes them together, other commands one by one.");
  const { route, from, to, embed = "none", text, nested, ids, duplicates } = options;
  const rules = { text, nested, ids, duplicates };
  if (from === undefined && to === undefined) return route;
  if (from === undefined || to === undefined || route !== undefined)
    throw misused(
      route === undefined ? "--from and --to belong together." : "--route names a route; --from and --to make one.",
    );
  const { source, target } = await endsFor(transport, { from, to }, saved);
  const definition = givenRoute({ ...rules, from: wordsOf(source), to: wordsOf(target), embed });
  const name = nameOf(`${short(wordsOf(source))}-to-${short(wordsOf(target))}`, definition);
  const { routes } = await transport.call(verbs.listRoutes, {});
  if (!routes.some((one) => one.name === name)) {
    await transport.call(verbs.addRoute, { name, definition });
    saved.routes.push(name);
  }
  return name;
}

/** Both ends, their connections saved where they are named by kind and place. */
async function endsFor(transport: Transport, { from, to }: { from: string; to: string }, saved: SavedEnds) {
  const [{ kinds }, { connections }] = await Promise.all([
    transport.call(verbs.listKinds, {}),
    transport.call(verbs.listConnections, {}),
  ]);
  const known = { kinds, connections, saved };
  return {
    source: await endFor(transport, known, from, "source"),
    target: await endFor(transport, known, to, "target"),
  };
}

/**
 * The routes of several collections between two ends (`--collections`), saved unless it is a dry run; the same ends find the same routes
 * again. Throws an `OperatorError` for options that don't fit, and what saving throws.
 */
export async function routesFor(transport: Transport, options: EndOptions, saved: SavedEnds): Promise<SeveralRoutes> {
  const { route, from, to, embed = "none", text, nested, ids, duplicates, collections = "all" } = options;
  if (from === undefined || to === undefined || route !== undefined)
    throw misused("--collections belongs to --from and --to.");
  const { source, target } = await endsFor(transport, { from, to }, saved);
  const {
    source: _,
    target: __,
    namespaces: ___,
    ...rules
  } = givenRoute({ text, nested, ids, duplicates, from, to, embed });
  const table = collections === "all" ? {} : tableOf(collections);
  const name = nameOf(`${short(source.connection)}-to-${short(target.connection)}`.slice(0, 30), [
    source,
    target,
    rules,
    table,
  ]);
  const before = new Set((await transport.call(verbs.listRoutes, {})).routes.map((one) => one.name));
  const several = await transport.call(verbs.severalRoutes, {
    name,
    source: source.connection,
    target: { connection: target.connection, collection: target.collection === "" ? null : target.collection },
    table,
    others: collections === "all",
    rules,
  });
  saved.routes.push(...several.routes.flatMap((one) => (before.has(one.name) ? [] : [one.name])));
  return several;
}

/** `OLD=NEW,OLD=NEW`. */
function tableOf(text: string): Record<string, string> {
  const pairs = list(text).map((pair) => /^([^=]+)=(.+)$/s.exec(pair)?.slice(1) ?? []);
  if (pairs.length === 0 || pairs.some(([old, other]) => old === undefined || other === undefined))
    throw misused(`--collections is ${JSON.stringify(text)}, which is neither all nor OLD=NEW,OLD=NEW.`);
  return Object.fromEntries(pairs);
}

const wordsOf = ({ connection, collection }: RouteEnd) => `${connection}:${collection}`;

/** `CONNECTION:COLLECTION`, `KIND:PLACE` or `KIND:PLACE:COLLECTION`. */
async function endFor(
  transport: Transport,
  { kinds, connections, saved }: Known,
  text: string,
  side: "source" | "target",
): Promise<RouteEnd> {
  const [, head = "", rest = ""] = /^([^:]+)(?::(.*))?$/s.exec(text) ?? [];
  if (connections.some(({ name }) => name === head)) return { connection: head, collection: rest };
  const kind = kinds.find((one) => one.kind === head && one.role === "store");
  if (!kind?.place) throw unknownEnd(text, kinds);
  // What needs a key is opened by the environment's own connection of that kind: one of its name was found above.
  if (kind.place.setting === null) {
    const own = connections.find(({ name, kind: of }) => of === head && name === defaultConnections[side]);
    if (own) return { connection: own.name, collection: rest };
    throw needsConnection(head);
  }
  const { place, collection } = splitPlace(rest, kind.place.collection);
  const setting = kind.place.setting;
  const field = kind.fields.find(({ key }) => key === setting);
  const value = field?.path === true ? path.resolve(place) : place;
  const name = nameOf(`${head}-${short(path.basename(value))}`, value);
  // Both ends may be of one place.
  if (!connections.some((one) => one.name === name) && !saved.connections.includes(name)) {
    await transport.call(verbs.addConnection, { name, kind: head, settings: { [setting]: value }, untested: true });
    saved.connections.push(name);
  }
  return { connection: name, collection };
}

/** A place may hold colons itself; only a kind with collections takes one from behind the last. */
function splitPlace(text: string, collections: "none" | "optional" | "required") {
  const at = text.lastIndexOf(":");
  if (collections === "none" || at < 0) return { place: text, collection: "" };
  return { place: text.slice(0, at), collection: text.slice(at + 1) };
}

const short = (text: string) => slug(text).slice(0, 24) || "end";

/** A name that is the same for the same, and never the same for another. */
const nameOf = (words: string, of: unknown) =>
  `${words.slice(0, 54)}-${createHash("sha256").update(JSON.stringify(of)).digest("hex").slice(0, 6)}`;

function misused(what: string): OperatorError {
  return new OperatorError({
    kind: "usage",
    code: "invalid-option",
    what,
    notLost: "Nothing was started and nothing was saved.",
    next: "Give either --route NAME, or --from END --to END, where an end is CONNECTION:COLLECTION or KIND:PLACE.",
  });
}

function unknownEnd(text: string, kinds: readonly KindView[]): OperatorError {
  const stores = kinds.filter(({ role }) => role === "store").map(({ kind }) => kind);
  return new OperatorError({
    kind: "usage",
    code: "unknown-kind",
    what: `${JSON.stringify(text)} names neither a connection nor a kind of store.`,
    notLost: "Nothing was started and nothing was saved.",
    next: `Begin it with a connection (portage connections list) or with one of ${stores.join(", ")}, then a colon and the place.`,
  });
}

function needsConnection(kind: string): OperatorError {
  return new OperatorError({
    kind: "usage",
    code: "connection-needed",
    what: `${kind} needs more than a place to be opened.`,
    notLost: "Nothing was started and nothing was saved.",
    next: `Save a connection first (portage connections add ${kind} NAME ...), then give NAME:COLLECTION.`,
  });
}
