import { z } from "zod";
import type { Worked } from "@/sandbox/http/stand-in";
import { ok, Problem } from "../problems";
import { isPattern, resolve } from "../resolve";
import { type Desk, type Route, readBody } from "./desk";

/** The version that the stand-in answers as: its shapes were checked against that server. */
export const standInVersion = "9.5.3";

function root(): Worked {
  return ok({
    name: "portage-sandbox",
    cluster_name: "portage-sandbox",
    version: { number: standInVersion, build_flavor: "default" },
    tagline: "You Know, for Search",
  });
}

function health(desk: Desk): Worked {
  const expression = desk.name.split("/")[1] ?? "";
  const found = resolve(desk.library, expression, { closed: true });
  const shards = found.reduce((sum, { definition }) => sum + definition.shards, 0);
  const indices = found.map(({ definition }) => [
    definition.name,
    { status: "green", number_of_shards: definition.shards, number_of_replicas: 0 },
  ]);
  return ok({
    cluster_name: "portage-sandbox",
    status: "green",
    timed_out: false,
    number_of_nodes: 1,
    active_primary_shards: shards,
    active_shards: shards,
    ...(desk.exchange.query.get("level") === "indices" ? { indices: Object.fromEntries(indices) } : {}),
  });
}

function resolveIndex(desk: Desk): Worked {
  const expression = desk.name.split("/")[1] ?? "";
  const closed = (desk.exchange.query.get("expand_wildcards") ?? "open").includes("closed");
  const indices = new Map<string, object>();
  const aliases = new Map<string, string[]>();
  for (const name of expression.split(",")) {
    for (const { definition } of resolve(desk.library, name, { closed: true })) {
      const direct = name === definition.name || (isPattern(name) && (closed || !definition.closed));
      if (direct) {
        const names = Object.keys(definition.aliases);
        const attributes = [definition.closed ? "closed" : "open"];
        indices.set(definition.name, {
          name: definition.name,
          ...(names.length > 0 ? { aliases: names } : {}),
          attributes,
        });
      }
      if (name in definition.aliases) aliases.set(name, [...(aliases.get(name) ?? []), definition.name]);
    }
  }
  return ok({
    indices: [...indices.values()],
    aliases: [...aliases].map(([name, of]) => ({ name, indices: of })),
    data_streams: [],
  });
}

function getAliases(desk: Desk): Worked {
  const wanted = desk.name === "" ? null : new Set(desk.name.split(","));
  const found = resolve(desk.library, desk.target, { closed: true }).flatMap(({ definition }) => {
    const some = Object.entries(definition.aliases).filter(([name]) => wanted === null || wanted.has(name));
    return wanted !== null && some.length === 0
      ? []
      : [[definition.name, { aliases: Object.fromEntries(some) }] as const];
  });
  return ok(Object.fromEntries(found));
}

const aliasAction = z.object({
  index: z.string(),
  alias: z.string(),
  filter: z.unknown().optional(),
  is_write_index: z.boolean().optional(),
});
const aliasActions = z.object({
  actions: z.array(z.object({ add: aliasAction.optional(), remove: aliasAction.optional() })),
});

async function putAliases(desk: Desk): Promise<Worked> {
  const { actions } = readBody(desk, aliasActions);
  await desk.library.storage.root.transaction(() => {
    for (const { add, remove } of actions) {
      const given = add ?? remove;
      if (given === undefined) throw new Problem(400, "illegal_argument_exception", "An action is add or remove");
      const { index, alias, ...entry } = given;
      for (const { definition } of resolve(desk.library, index, { closed: true })) {
        if (add) definition.aliases[alias] = entry;
        else delete definition.aliases[alias];
        desk.library.save(definition);
      }
    }
  });
  return ok({ acknowledged: true, errors: false });
}

const asked = z.object({
  cluster: z.array(z.string()).default([]),
  index: z.array(z.object({ names: z.array(z.string()), privileges: z.array(z.string()) })).default([]),
});

/** The sandbox's key may do everything. */
function hasPrivileges(desk: Desk): Worked {
  const { cluster, index } = readBody(desk, asked);
  const all = (privileges: string[]) => Object.fromEntries(privileges.map((name) => [name, true]));
  const byIndex = index.flatMap(({ names, privileges }) => names.map((name) => [name, all(privileges)] as const));
  return ok({
    username: "sandbox",
    has_all_requested: true,
    cluster: all(cluster),
    index: Object.fromEntries(byIndex),
    application: {},
  });
}

function security(desk: Desk): Worked {
  if (desk.name === "user/_has_privileges") return hasPrivileges(desk);
  throw new Problem(400, "illegal_argument_exception", `The sandbox has no [_security/${desk.name}]`);
}

export const rootRoute: Route = { name: "root", methods: ["GET", "HEAD"], run: root };

/** What concerns the server, and names. */
export const clusterRoutes: Record<string, Route[]> = {
  _cluster: [{ name: "health", methods: ["GET"], run: health }],
  _resolve: [{ name: "resolve", methods: ["GET"], run: resolveIndex }],
  _alias: [{ name: "aliases", methods: ["GET"], run: getAliases }],
  _aliases: [{ name: "put-aliases", methods: ["POST"], run: putAliases }],
  _security: [{ name: "privileges", methods: ["GET", "POST"], run: security }],
};
