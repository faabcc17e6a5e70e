import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { z } from "zod";
import { OperatorError } from "@/lib/operator-error";
import { kindNamed } from "@/lib/routes/kinds";
import { readConnection } from "@/lib/routes/open-connection";
import { type Pair, pairCollections } from "@/lib/routes/pair-collections";
import * as routes from "@/lib/routes/routes";
import { type RouteDefinition, routeDefinitionSchema } from "@/lib/shapes/routes/route";
import type { PreviewEnd, RouteConflict } from "@/lib/shapes/routes/route-preview";
import type { SeveralRoutes, severalRoutesInput } from "@/lib/shapes/routes/several-routes";
import { slug } from "@/lib/text/slug";
import { attempt } from "../verbs/attempt";
import type { Context } from "../verbs/context";
import { namedConnection } from "../verbs/used-by";
import type { VerbOptions } from "../verbs/verb";
import { examineBetween } from "./examine-route";
import { OpenedEnds } from "./opened-ends";

/** Collections that are taken at once: each is looked at before anything is saved. */
const most = 200;

type Input = z.infer<typeof severalRoutesInput>;
type Planned = { name: string; pair: Pair; definition: RouteDefinition };

/**
 * A route for each collection of a source, all of them or none: every pair is looked at first, and nothing is saved while names meet, can't
 * be, or anything else stands against one of them. A route that is there already and leads the same way stays.
 * @throws OperatorError `no-collections`, `several-refused` (with everything that stands against them), and as `readConnection`
 */
export async function severalRoutes(ctx: Context, input: Input, { signal }: VerbOptions = {}): Promise<SeveralRoutes> {
  const ends = new OpenedEnds(ctx);
  try {
    return await between(ends, input, signal);
  } finally {
    await ends.close();
  }
}

async function between(ends: OpenedEnds, input: Input, signal?: AbortSignal): Promise<SeveralRoutes> {
  const { ctx } = ends;
  const names = await collectionsOf(ends, input.source, signal);
  const into = input.target.collection;
  const target = kindNamed((await readConnection(ctx, input.target.connection)).kind);
  const rule = into === null && target.role === "store" ? target.store.collectionNames : null;
  const { pairs, problems } = pairCollections(names, { table: input.table, others: input.others, rule });
  const planned = plannedRoutes(input, pairs);
  const known = await routes.listRoutes(ctx);
  const standing = new Map(known.map(({ name, definition }) => [name, definition]));
  const found: SeveralRoutes["routes"] = [];
  const words = problems.map((problem) => problem.words);
  const leftOut: SeveralRoutes["leftOut"] = [];
  const taken: Planned[] = [];
  for (const one of planned) {
    const { name, pair, definition } = one;
    const { empty, ...looked } = await examineBetween(
      ends,
      definition,
      async ({ source, conflicts, creates }) => ({ empty: isEmpty(source), conflicts, creates }),
      signal,
    );
    // Of an empty collection nobody knows as what its target would be made.
    if (empty && !Object.hasOwn(input.table, pair.from) && looked.conflicts.some(isDimensionUnknown)) {
      leftOut.push({ from: pair.from, words: "It holds no vectors: left out, unless you say where it goes." });
      continue;
    }
    taken.push(one);
    for (const { level, words: against } of looked.conflicts)
      if (level === "stop") words.push(`${pair.from}: ${against}`);
    const there = standing.get(name);
    if (there !== undefined && !isDeepStrictEqual(there, definition))
      words.push(`${pair.from}: there is a route ${name} that leads another way.`);
    const namespace = into === null ? null : pair.to;
    found.push({ name, from: pair.from, to: definition.target.collection, namespace, ...looked });
  }
  if (taken.length === 0 && words.length === 0) words.push("Every collection is left out.");
  if (input.dryRun) return { routes: found, leftOut, problems: words, saved: false };
  if (words.length > 0) throw refused(words);
  for (const { name, definition } of taken)
    if (!standing.has(name)) await routes.keepNewRoute(ctx, { name, definition }, ctx.actor);
  return { routes: found, leftOut, problems: [], saved: true };
}

const isEmpty = ({ vectors }: PreviewEnd) => vectors?.exact === true && vectors.value === 0;
const isDimensionUnknown = ({ level, code }: RouteConflict) => level === "stop" && code === "unknown-dimension";

async function collectionsOf(ends: OpenedEnds, connection: string, signal?: AbortSignal): Promise<string[]> {
  const { read, opening } = await ends.open("source", connection);
  const names = await attempt(
    namedConnection(read),
    async () => {
      const all: string[] = [];
      for await (const { name } of opening.collections(signal ? { signal } : {})) {
        all.push(name);
        if (all.length > most) throw tooMany(connection);
      }
      return all;
    },
    signal,
  );
  if (names.length > 0) return names;
  throw new OperatorError({
    kind: "usage",
    code: "no-collections",
    what: `The connection ${connection} holds no collections.`,
    notLost: "Nothing was saved.",
    next: "Name another source.",
  });
}

function plannedRoutes({ name, source, target, rules }: Input, pairs: readonly Pair[]): Planned[] {
  const taken = new Set<string>();
  return pairs.map((pair) => {
    const plain = `${name}-${slug(pair.from, "collection")}`.slice(0, 63).replace(/-+$/, "");
    const digest = createHash("sha256").update(pair.from).digest("hex").slice(0, 6);
    const own = taken.has(plain) ? `${plain.slice(0, 56)}-${digest}` : plain;
    taken.add(own);
    const definition = routeDefinitionSchema.parse({
      ...rules,
      source: { connection: source, collection: pair.from },
      target: { connection: target.connection, collection: target.collection ?? pair.to },
      namespaces: target.collection === null ? { keep: true } : { into: pair.to },
    });
    return { name: own, pair, definition };
  });
}

function tooMany(connection: string): OperatorError {
  return new OperatorError({
    kind: "usage",
    code: "too-many-collections",
    what: `The connection ${connection} holds more than ${most} collections.`,
    notLost: "Nothing was saved.",
    next: "Save a route for each that you want, by its own name.",
  });
}

function refused(words: readonly string[]): OperatorError {
  const more = words.length > 5 ? ` And ${words.length - 5} more.` : "";
  return new OperatorError({
    kind: "usage",
    code: "several-refused",
    what: `${words.slice(0, 5).join(" ")}${more}`,
    notLost: "Nothing was saved and nothing was made.",
    next: "Say in the table of names where these collections go, or leave them out.",
  });
}
