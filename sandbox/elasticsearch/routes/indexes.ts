import { z } from "zod";
import type { Worked } from "@/sandbox/http/stand-in";
import { findPlace } from "../admit";
import { type Blocks, type Definition, type Mappings, mappingsSchema, type Property } from "../definition";
import { findField, isAggregatable } from "../fields";
import { illegal, noSuchIndex, ok, Problem } from "../problems";
import { isPattern, resolve } from "../resolve";
import { type Desk, type Route, readBody, refuseBlocked, shardsOf } from "./desk";

const flag = z.union([
  z.boolean(),
  z.enum(["true", "false"]).transform((word) => word === "true"),
  z.null().transform(() => false),
]);
const blockNames = ["read_only", "read_only_allow_delete", "read", "write", "metadata"] as const;

/** `{"index.blocks.write": true}`, `{"index": {"blocks": {"write": true}}}` and `{"blocks.write": true}` are the same. */
function flatten(value: unknown, path = ""): [string, unknown][] {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return [[path.replace(/^index\./, ""), value]];
  return Object.entries(value).flatMap(([key, inner]) => flatten(inner, path === "" ? key : `${path}.${key}`));
}

type Settings = {
  blocks: Blocks;
  shards?: number;
  default_pipeline?: string | undefined;
  final_pipeline?: string | undefined;
};

function readSettings(value: unknown, before: Blocks = {}): Settings {
  const flat = new Map(flatten(value ?? {}));
  const settings: Settings = { blocks: { ...before } };
  for (const name of blockNames) {
    const given = flat.get(`blocks.${name}`);
    if (given !== undefined) settings.blocks[name] = flag.parse(given);
  }
  if (flat.has("number_of_shards")) settings.shards = z.coerce.number().parse(flat.get("number_of_shards"));
  for (const name of ["default_pipeline", "final_pipeline"] as const) {
    if (flat.has(name)) settings[name] = z.string().nullable().parse(flat.get(name)) ?? undefined;
  }
  return settings;
}

const saved = async (desk: Desk, change: () => void): Promise<Worked> => {
  await desk.library.storage.root.transaction(change);
  return ok({ acknowledged: true });
};

const creation = z.object({
  settings: z.unknown().optional(),
  mappings: mappingsSchema.default({}),
  aliases: z
    .record(z.string(), z.object({ filter: z.unknown().optional(), is_write_index: z.boolean().optional() }))
    .default({}),
});

async function create(desk: Desk): Promise<Worked> {
  const { target: name, library } = desk;
  if (library.definitions().has(name)) {
    throw new Problem(400, "resource_already_exists_exception", `index [${name}] already exists`, { index: name });
  }
  if (!/^[^A-Z\\/*?"<>| ,#:]+$/.test(name) || /^[-_+]/.test(name)) {
    throw new Problem(400, "invalid_index_name_exception", `Invalid index name [${name}]`, { index: name });
  }
  const { settings, mappings, aliases } = readBody(desk, creation);
  const { shards = 1, ...rest } = readSettings(settings);
  await library.storage.root.transaction(() => library.create({ name, shards, mappings, aliases, ...rest }));
  return ok({ acknowledged: true, shards_acknowledged: true, index: name });
}

function remove(desk: Desk): Promise<Worked> {
  const found = resolve(desk.library, desk.target, { closed: true });
  if (isPattern(desk.target)) throw illegal("Wildcard expressions or all indices are not allowed");
  return saved(desk, () => {
    for (const { definition } of found) desk.library.remove(definition);
  });
}

const setClosed = (closed: boolean) => (desk: Desk) =>
  saved(desk, () => {
    for (const { definition } of resolve(desk.library, desk.target, { closed: true })) {
      definition.closed = closed;
      desk.library.save(definition);
    }
  });

const each = (desk: Desk, show: (definition: Definition) => unknown): Worked =>
  ok(
    Object.fromEntries(
      resolve(desk.library, desk.target, { closed: true }).map(({ definition }) => [definition.name, show(definition)]),
    ),
  );

function showSettings({ name, uuid, shards, blocks, closed, default_pipeline, final_pipeline }: Definition) {
  const set = Object.fromEntries(Object.entries(blocks).map(([block, on]) => [block, String(on)]));
  return {
    settings: {
      index: {
        uuid,
        provided_name: name,
        number_of_shards: String(shards),
        number_of_replicas: "0",
        ...(Object.keys(set).length > 0 ? { blocks: set } : {}),
        ...(closed ? { verified_before_close: "true" } : {}),
        ...(default_pipeline === undefined ? {} : { default_pipeline }),
        ...(final_pipeline === undefined ? {} : { final_pipeline }),
      },
    },
  };
}

function putSettings(desk: Desk): Promise<Worked> {
  const given = readBody(desk, z.record(z.string(), z.unknown()));
  return saved(desk, () => {
    for (const { definition } of resolve(desk.library, desk.target, { closed: true })) {
      const { shards: _, ...settings } = readSettings(given.settings ?? given, definition.blocks);
      desk.library.save(Object.assign(definition, settings));
    }
  });
}

/** Adds fields to a mapping. One that is there may not change its type. */
function extend(into: Record<string, Property>, more: Record<string, Property>, path = ""): void {
  for (const [name, property] of Object.entries(more)) {
    const before = into[name];
    const full = path === "" ? name : `${path}.${name}`;
    if (before === undefined) into[name] = property;
    else if (before.properties && property.properties) extend(before.properties, property.properties, full);
    else if ((before.type ?? "object") !== (property.type ?? "object")) {
      throw illegal(
        `mapper [${full}] cannot be changed from type [${before.type ?? "object"}] to [${property.type ?? "object"}]`,
      );
    }
  }
}

function putMapping(desk: Desk): Promise<Worked> {
  const { properties = {}, ...rest } = readBody(desk, mappingsSchema);
  const found = resolve(desk.library, desk.target, { closed: true });
  for (const { definition } of found) refuseBlocked(definition, ["read_only", "metadata"]);
  return saved(desk, () => {
    for (const { definition } of found) {
      const mappings: Mappings = structuredClone({ ...definition.mappings, ...rest });
      mappings.properties ??= {};
      extend(mappings.properties, properties);
      definition.mappings = mappings;
      desk.library.save(definition);
    }
  });
}

function getMapping(desk: Desk): Worked {
  const [kind, field] = desk.name.split("/");
  if (kind === "field" && field !== undefined) {
    return each(desk, ({ mappings }) => {
      const { found } = findPlace(mappings, field);
      const leaf = field.split(".").at(-1) ?? field;
      const isField = found !== null && found.type !== undefined && found.type !== "object";
      return { mappings: isField ? { [field]: { full_name: field, mapping: { [leaf]: found } } } : {} };
    });
  }
  return each(desk, ({ mappings }) => ({ mappings }));
}

function refresh(desk: Desk): Worked {
  const found = resolve(desk.library, desk.target);
  for (const { definition } of found) desk.library.refresh(definition);
  return ok({ _shards: shardsOf(found.length) });
}

function fieldCapabilities(desk: Desk): Worked {
  const found = resolve(desk.library, desk.target);
  const given = readBody(desk, z.object({ fields: z.union([z.string(), z.array(z.string())]).default([]) })).fields;
  const names = [...[given].flat(), ...(desk.exchange.query.get("fields") ?? "").split(",")];
  const fields: Record<string, Record<string, { type: string; searchable: boolean; aggregatable: boolean }>> = {};
  for (const name of names) {
    for (const { definition } of found) {
      const field = findField(definition.mappings, name);
      if (field === null) continue;
      const { type, property } = field;
      const kinds = fields[name] ?? {};
      const aggregatable = isAggregatable(field) && (kinds[type]?.aggregatable ?? true);
      kinds[type] = { type, searchable: property.index !== false, aggregatable };
      fields[name] = kinds;
    }
  }
  return ok({ indices: found.map(({ definition }) => definition.name), fields });
}

function exists(desk: Desk): Worked {
  const there = desk.library.definitions().has(desk.target);
  if (!there) throw noSuchIndex(desk.target);
  return each(desk, (definition) => ({
    aliases: definition.aliases,
    mappings: definition.mappings,
    ...showSettings(definition),
  }));
}

/** Indexes, their settings and mappings. `""` is the index itself. */
export const indexRoutes: Record<string, Route[]> = {
  "": [
    { name: "create-index", methods: ["PUT"], run: create },
    { name: "delete-index", methods: ["DELETE"], run: remove },
    { name: "describe-index", methods: ["GET", "HEAD"], run: exists },
  ],
  _close: [{ name: "close-index", methods: ["POST"], run: setClosed(true) }],
  _open: [{ name: "open-index", methods: ["POST"], run: setClosed(false) }],
  _settings: [
    { name: "settings", methods: ["GET"], run: (desk) => each(desk, showSettings) },
    { name: "put-settings", methods: ["PUT"], run: putSettings },
  ],
  _mapping: [
    { name: "mapping", methods: ["GET"], run: getMapping },
    { name: "put-mapping", methods: ["PUT", "POST"], run: putMapping },
  ],
  _refresh: [{ name: "refresh", methods: ["GET", "POST"], run: refresh }],
  _field_caps: [{ name: "field-capabilities", methods: ["GET", "POST"], run: fieldCapabilities }],
};
