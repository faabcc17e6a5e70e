import { errors, type estypes } from "@elastic/elasticsearch";
import { z } from "zod";
import { isServiceFailure } from "@/lib/failures";
import type { Target } from "../contract";
import type { Alias, ConcreteIndex, Health, TargetShape } from "../target-shape";
import { type Call, type Connection, ifAllowed } from "./connection";
import { readPrivileges } from "./privileges";

const oneOrMore = z.union([z.string().transform((name) => [name]), z.array(z.string())]);
const resolved = z.object({
  indices: z.array(z.object({ name: z.string(), attributes: z.array(z.string()).default([]) })),
  aliases: z.array(z.object({ name: z.string(), indices: oneOrMore })),
  data_streams: z.array(z.object({ name: z.string(), backing_indices: oneOrMore })),
});
type Resolved = z.infer<typeof resolved>;

const flag = z.union([z.boolean(), z.enum(["true", "false"]).transform((word) => word === "true")]).default(false);
const settings = z.record(
  z.string(),
  z.object({
    settings: z.object({
      index: z.object({
        uuid: z.string().default(""),
        number_of_shards: z.coerce.number().default(1),
        mode: z.string().default("standard"),
        default_pipeline: z.string().optional(),
        final_pipeline: z.string().optional(),
        verified_before_close: flag,
        blocks: z
          .object({ read_only: flag, read_only_allow_delete: flag, read: flag, write: flag, metadata: flag })
          .prefault({}),
      }),
    }),
  }),
);
const wantedSettings = ["uuid", "number_of_shards", "mode", "default_pipeline", "final_pipeline", "blocks"];

const health = z.object({
  status: z.enum(["green", "yellow", "red"]),
  indices: z.record(z.string(), z.object({ status: z.enum(["green", "yellow", "red"]) })).default({}),
});

const aliases = z.record(
  z.string(),
  z.object({
    aliases: z
      .record(z.string(), z.object({ filter: z.unknown().optional(), is_write_index: z.boolean().optional() }))
      .default({}),
  }),
);

const openOrClosed: estypes.ExpandWildcards = ["open", "closed"];

async function resolve(connection: Connection, call: Call, name: string): Promise<Resolved | null> {
  try {
    return await connection.call(call, resolved, (client, options) =>
      client.indices.resolveIndex({ name, expand_wildcards: openOrClosed }, options),
    );
  } catch (error) {
    if (isServiceFailure(error) && error.code === "not-found") return null;
    throw error;
  }
}

/** Health of the target's indexes. An index that can't be reached in no time is answered with 408, with the body all the same. */
async function readHealth(connection: Connection, call: Call, target: Target) {
  const path = { index: [...target], level: "indices" as const, timeout: "0s", expand_wildcards: openOrClosed };
  return ifAllowed(
    connection.call(call, health, async (client, options) => {
      try {
        return await client.cluster.health(path, options);
      } catch (error) {
        if (error instanceof errors.ResponseError && error.statusCode === 408) return error.body;
        throw error;
      }
    }),
  );
}

function kindOf(target: Target, found: readonly Resolved[]): TargetShape["kind"] {
  const [name, ...more] = target;
  if (more.length > 0 || name === undefined) return "several";
  if (name.includes("*")) return "pattern";
  if (found.some(({ data_streams }) => data_streams.some((stream) => stream.name === name))) return "data stream";
  return found.some((one) => one.aliases.some((alias) => alias.name === name)) ? "alias" : "index";
}

async function readAliases(connection: Connection, call: Call, found: readonly Resolved[]): Promise<Alias[]> {
  const list = new Map(found.flatMap((one) => one.aliases).map((alias) => [alias.name, alias]));
  if (list.size === 0) return [];
  const details = await ifAllowed(
    connection.call(call, aliases, (client, options) => client.indices.getAlias({ name: [...list.keys()] }, options)),
  );
  return [...list.values()].map(({ name, indices }) => {
    const entries = indices.map((index) => ({ index, entry: details?.[index]?.aliases[name] }));
    const marked = entries.find(({ entry }) => entry?.is_write_index)?.index;
    const only = indices.length === 1 && entries[0]?.entry?.is_write_index !== false ? indices[0] : undefined;
    return {
      name,
      indices,
      writeIndex: marked ?? only ?? null,
      filtered: entries.some(({ entry }) => entry?.filter !== undefined),
    };
  });
}

const worst = (all: readonly (Health | null)[]): Health | null =>
  (["red", "yellow", "green"] as const).find((one) => all.includes(one)) ?? null;

type Known = {
  settings: z.infer<typeof settings> | null;
  health: z.infer<typeof health> | null;
  closed: ReadonlySet<string>;
};

function describeIndex(name: string, known: Known): ConcreteIndex {
  const found = known.settings?.[name]?.settings.index;
  return {
    name,
    open: !known.closed.has(name) && !found?.verified_before_close,
    health: known.health?.indices[name]?.status ?? null,
    settings: found
      ? {
          uuid: found.uuid,
          shards: found.number_of_shards,
          mode: found.mode,
          defaultPipeline: found.default_pipeline ?? null,
          finalPipeline: found.final_pipeline ?? null,
          blocks: {
            readOnly: found.blocks.read_only,
            readOnlyAllowDelete: found.blocks.read_only_allow_delete,
            read: found.blocks.read,
            write: found.blocks.write,
            metadata: found.blocks.metadata,
          },
        }
      : null,
  };
}

/** What the names stand for, and in which state it is. */
export async function inspect(
  connection: Connection,
  target: Target,
  signal?: AbortSignal,
): Promise<TargetShape | null> {
  const call = { operation: "inspect", signal };
  const answers = await Promise.all(target.map((name) => resolve(connection, call, name)));
  const isEmpty = (one: Resolved) => one.indices.length + one.aliases.length + one.data_streams.length === 0;
  const missing = target.filter((_, at) => {
    const answer = answers[at];
    return answer === null || answer === undefined || isEmpty(answer);
  });
  const found = answers.filter((answer) => answer !== null);
  const names = new Set(
    found.flatMap((one) => [
      ...one.indices.map((index) => index.name),
      ...one.aliases.flatMap((alias) => alias.indices),
      ...one.data_streams.flatMap((stream) => stream.backing_indices),
    ]),
  );
  if (names.size === 0) return null;
  const there = target.filter((name) => !missing.includes(name));
  const indices = [...names].sort();
  const [version, known, healthy, described, privileges] = await Promise.all([
    connection.version(call),
    ifAllowed(
      connection.call(call, settings, (client, options) =>
        client.indices.getSettings(
          {
            index: there,
            expand_wildcards: openOrClosed,
            filter_path: [...wantedSettings, "verified_before_close"].map((name) => `*.settings.index.${name}`),
          },
          options,
        ),
      ),
    ),
    readHealth(connection, call, there),
    readAliases(connection, call, found),
    readPrivileges(connection, call, indices),
  ]);
  const closed = new Set(
    found.flatMap((one) => one.indices.filter((index) => index.attributes.includes("closed")).map(({ name }) => name)),
  );
  const list = indices.map((name) => describeIndex(name, { settings: known, health: healthy, closed }));
  return {
    version,
    kind: kindOf(target, found),
    missing,
    indices: list,
    aliases: described,
    dataStreams: found.flatMap((one) =>
      one.data_streams.map(({ name, backing_indices }) => ({ name, indices: backing_indices })),
    ),
    health: healthy === null ? null : worst(list.map((index) => index.health)),
    privileges,
  };
}
