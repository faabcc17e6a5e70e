import type { FieldKind } from "../contract";
import type { FieldMapping } from "../target-shape";
import { templatedProperty } from "./dynamic-template";
import type { MappingSettings, Property, RootMapping } from "./mapping-wire";
import { fieldsOutsideSource } from "./source-filter";

type Known = NonNullable<FieldMapping["field"]>;

/** Types whose values are in no columns by default, and so can't be counted. */
const columnless = new Set(["text", "match_only_text", "annotated_text", "object", "nested", "binary", "alias"]);

const isAggregatable = ({ type = "object", doc_values, fielddata }: Property) =>
  fielddata === true || (!columnless.has(type) && doc_values !== false);

function describe(name: string, found: Property, more: Partial<Known> = {}): Known {
  const { type = "object", index, doc_values, enabled, ignore_above, fields = {}, script } = found;
  const subfields = Object.entries(fields).filter(([, inner]) => isAggregatable(inner));
  const holdsValues = type !== "object" && type !== "nested" && type !== "alias";
  return {
    type,
    runtime: false,
    searchable:
      holdsValues && enabled !== false && (index !== false || (doc_values !== false && !columnless.has(type))),
    aggregatable: isAggregatable(found),
    ignoreAbove: ignore_above ?? null,
    aggregatableSubfields: subfields.map(([inner]) => `${name}.${inner}`),
    aliasOf: null,
    subfieldOf: null,
    computed: script !== undefined && script !== null,
    ...more,
  };
}

const runtimeField = (type: string, script: unknown): Known =>
  describe("", { type, script }, { runtime: true, searchable: true, aggregatable: true });

/** The runtime field of that name: it hides what is mapped under the same name. */
function findRuntime({ runtime = {} }: RootMapping, name: string): Known | null {
  const found = runtime[name];
  if (found) return runtimeField(found.type, found.script);
  for (const [above, { script, fields = {} }] of Object.entries(runtime)) {
    const inner = name.startsWith(`${above}.`) ? fields[name.slice(above.length + 1)] : undefined;
    // Part of a composite, which a script fills.
    if (inner) return runtimeField(inner.type, script ?? {});
  }
  return null;
}

type Step = { name: string; property: Property };
/** `above`: what the name lies below, the outermost first. `missing`: steps of the name that the mapping doesn't know. */
type Place = { above: Step[]; found: Property | null; subfield: boolean; missing: number };

/** Goes down to a name. Where objects aren't taken apart (`subobjects: false`), keys hold dots themselves. */
function findPlace(properties: Record<string, Property> | undefined, steps: readonly string[], above = ""): Place {
  let nearest: Place = { above: [], found: null, subfield: false, missing: steps.length };
  for (let taken = 1; taken <= steps.length; taken++) {
    const key = steps.slice(0, taken).join(".");
    const property = properties && Object.hasOwn(properties, key) ? properties[key] : undefined;
    if (property === undefined) continue;
    const rest = steps.slice(taken);
    if (rest.length === 0) return { above: [], found: property, subfield: false, missing: 0 };
    const name = above === "" ? key : `${above}.${key}`;
    const subfield = property.fields?.[rest.join(".")];
    const inner: Place = subfield
      ? { above: [], found: subfield, subfield: true, missing: 0 }
      : findPlace(property.properties, rest, name);
    const place = { ...inner, above: [{ name, property }, ...inner.above] };
    if (place.found) return place;
    nearest = place;
  }
  return nearest;
}

function knownAt(root: RootMapping, name: string, { found, subfield, above }: Place): Known | null {
  if (found === null) return null;
  const subfieldOf = subfield ? (above.at(-1)?.name ?? null) : null;
  if (found.type !== "alias" || found.path === undefined) return describe(name, found, { subfieldOf });
  const real = findPlace(root.properties, found.path.split("."));
  return describe(found.path, real.found ?? {}, { aliasOf: found.path });
}

/** All fields, objects and aliases of a mapping: what the server holds against `index.mapping.total_fields.limit`. */
function countFields(properties: Record<string, Property> = {}): number {
  let sum = 0;
  for (const { properties: inner, fields } of Object.values(properties))
    sum += 1 + countFields(inner) + Object.keys(fields ?? {}).length;
  return sum;
}

/** Whether another field's value is copied into this one. */
function isCopiedTo(name: string, properties: Record<string, Property> = {}): boolean {
  return Object.values(properties).some(
    ({ copy_to, properties: inner }) => copy_to?.includes(name) || isCopiedTo(name, inner),
  );
}

function sourceOf({ _source: source }: RootMapping, settings: MappingSettings | undefined): FieldMapping["source"] {
  const set = settings?.settings.index;
  const usual = settings?.defaults.index;
  const byMode = set?.mode === "logsdb" || set?.mode === "time_series" ? "synthetic" : "stored";
  const modes = [source?.mode, set?.mapping?.source?.mode ?? usual?.mapping?.source?.mode ?? byMode];
  const said = modes.map((mode) => mode?.toLowerCase());
  if (source?.enabled === false || said.includes("disabled")) return "disabled";
  return said.includes("synthetic") ? "synthetic" : "stored";
}

/** A flattened object takes whatever lies below it, as words; nothing can lie below another field that isn't an object. */
function standsIn({ property, name }: Step): "object" | "flattened" | { name: string; type: string } {
  const { type = "object" } = property;
  if (type === "object" || type === "flattened") return type;
  return { name, type };
}

/** How one index treats a field: what its mapping and its settings say about it. */
export function describeField(
  index: string,
  { root, settings, name, kind }: { root: RootMapping; settings?: MappingSettings; name: string; kind: FieldKind },
): FieldMapping {
  const place = findPlace(root.properties, name.split("."));
  const set = settings?.settings.index?.mapping;
  const usual = settings?.defaults.index?.mapping;
  const limit = set?.total_fields?.limit ?? usual?.total_fields?.limit;
  const vectorsComeBack = set?.exclude_source_vectors ?? usual?.exclude_source_vectors ?? false;
  const dynamic = place.above.map(({ property }) => property.dynamic).findLast((said) => said !== undefined);
  const flat = place.above.some((step) => standsIn(step) === "flattened");
  // A subfield lies below the field whose value it shares.
  const objects = place.subfield ? place.above.slice(0, -1) : place.above;
  const parent = objects.map(standsIn).find((found) => typeof found === "object") ?? null;
  const byTemplate = templatedProperty(root, name, kind);
  const runtime = findRuntime(root, name);
  const known =
    runtime ??
    (flat && place.found === null
      ? describe(name, { type: "flattened", ...place.above.at(-1)?.property })
      : knownAt(root, name, place));
  const wholeName = root.subobjects === false || root.subobjects === "false";
  return {
    index,
    dynamic: dynamic ?? root.dynamic ?? "true",
    enabled:
      root.enabled !== false &&
      [...place.above.map(({ property }) => property), place.found ?? {}].every((one) => one.enabled !== false),
    source: sourceOf(root, settings),
    outsideSource: fieldsOutsideSource(root, name, vectorsComeBack),
    parent,
    full:
      limit !== undefined &&
      countFields(root.properties) + Object.keys(root.runtime ?? {}).length + (wholeName ? 1 : place.missing) > limit
        ? limit
        : null,
    field: known === null ? null : { ...known, computed: known.computed || isCopiedTo(name, root.properties) },
    template: byTemplate ? describe(name, byTemplate.property, byTemplate.runtime ? { runtime: true } : {}) : null,
  };
}
