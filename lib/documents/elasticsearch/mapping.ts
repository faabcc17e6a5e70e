import type { estypes } from "@elastic/elasticsearch";
import { z } from "zod";
import { isServiceFailure } from "@/lib/failures";
import type { FieldKind, Target } from "../contract";
import type { FieldMapping } from "../target-shape";
import { type Call, type Connection, ifAllowed } from "./connection";
import { describeField } from "./describe-field";
import { mappingSettings, mappings } from "./mapping-wire";

/** Of an index's settings, and of what holds by default. */
const wantedSettings = ["mode", "mapping.source", "mapping.total_fields", "mapping.exclude_source_vectors"];

/** How documents are kept and how many fields fit, by index; `null` where the key may not see it, or the server doesn't know to tell. */
async function readMappingSettings(connection: Connection, call: Call, index: string[]) {
  const filter_path = ["settings", "defaults"].flatMap((part) =>
    wantedSettings.map((name) => `*.${part}.index.${name}`),
  );
  try {
    return await ifAllowed(
      connection.call(call, mappingSettings, (client, options) =>
        client.indices.getSettings({ index, include_defaults: true, filter_path }, options),
      ),
    );
  } catch (error) {
    if (isServiceFailure(error) && error.code === "invalid") return null;
    throw error;
  }
}

/** How each index of the target treats the field, by name of the index. Whole mappings are read: what matters may stand anywhere. */
export async function fieldMapping(
  connection: Connection,
  target: Target,
  { field: name, kind, signal }: { field: string; kind: FieldKind; signal?: AbortSignal | undefined },
): Promise<FieldMapping[]> {
  const call = { operation: "fieldMapping", signal };
  const index = [...target];
  const [found, settings] = await Promise.all([
    connection.call(call, mappings, (client, options) => client.indices.getMapping({ index }, options)),
    readMappingSettings(connection, call, index),
  ]);
  return Object.entries(found)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([at, { mappings: root }]) => {
      const set = settings?.[at];
      return describeField(at, { root, name, kind, ...(set ? { settings: set } : {}) });
    });
}

/** `{ access: { properties: { level: { type } } } }` for `access.level`. */
function propertiesFor(field: string, kind: FieldKind): Record<string, estypes.MappingProperty> {
  const [first = field, ...rest] = field.split(".");
  if (rest.length === 0) return { [first]: { type: kind } };
  return { [first]: { properties: propertiesFor(rest.join("."), kind) } };
}

/** Adds the field to the mapping of the indexes; a field of that type that is there already stays as it is. */
export async function putMapping(
  connection: Connection,
  indices: readonly string[],
  field: string,
  kind: FieldKind,
  signal?: AbortSignal,
): Promise<void> {
  for (const index of indices) {
    await connection.call({ operation: "putMapping", signal }, z.unknown(), (client, options) =>
      client.indices.putMapping({ index, properties: propertiesFor(field, kind) }, options),
    );
  }
}
