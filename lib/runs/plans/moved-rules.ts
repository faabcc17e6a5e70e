import { textRuleWords } from "@/lib/plan/text";
import { indexFieldsWords } from "@/lib/shapes/routes/index-fields";
import { defaultConnections } from "@/lib/shapes/routes/route";
import { type AnySettings, type End, isClearance, type RunSettings } from "@/lib/shapes/runs/run";
import { movedClearance } from "../clearance/settings";
import { routeRules } from "../lifecycle/route-print";
import { movedWorld } from "../lifecycle/world";

/** How a rule is called, and how its value reads; `null`: it is compared as a part of the world, or with another rule. */
const named: Readonly<Record<string, readonly [string, (settings: RunSettings) => string] | null>> = {
  source: null,
  target: null,
  embedder: null,
  vectors: null,
  route: null,
  text: null,
  textKey: ["the text key", textRuleWords],
  clearanceLevel: ["the clearance level", (settings) => String(settings.clearanceLevel ?? "none")],
  targetOwnedKeys: ["the target-owned keys", (settings) => [...settings.targetOwnedKeys].sort().join(" ")],
  targetKeeps: ["what the target keeps of metadata", ({ targetKeeps }) => targetKeeps?.join(" ") ?? "all of it"],
  modelKey: ["the key of the model's name", (settings) => settings.modelKey ?? "none"],
  namespaces: ["the names of namespaces", (settings) => JSON.stringify(settings.namespaces ?? "kept")],
  nested: ["what becomes of nested metadata", (settings) => settings.nested ?? "a problem"],
  ids: ["the rule for IDs", (settings) => JSON.stringify(settings.ids ?? "kept")],
  fields: ["the rules for fields", (settings) => JSON.stringify(settings.fields ?? "none")],
  duplicates: ["what becomes of duplicates", (settings) => settings.duplicates ?? "kept"],
  overflow: ["where the whole metadata goes", (settings) => JSON.stringify(settings.overflow ?? "nowhere else")],
  targetFields: ["the fields of the target's index", ({ targetFields }) => fieldsText(targetFields)],
  // It is said with each start, and no route has it.
  fill: null,
  updatePolicy: ["the update policy", (settings) => settings.updatePolicy],
  longTextPolicy: ["the policy for long texts", (settings) => settings.longTextPolicy],
};

const fieldsText = (fields: RunSettings["targetFields"]) => (fields && indexFieldsWords(fields)) || "its connection's";

/** What a plan's changes depend on and is another now, in words with both values. */
export function movedSettings(then: AnySettings, now: AnySettings): string[] {
  if (isClearance(then) && isClearance(now)) return movedClearance(then, now);
  if (isClearance(then) || isClearance(now)) return ["it is a plan of another kind"];
  const moved = movedWorld(then, now).map((one) => `the ${one.name} was ${one.before} and is ${one.now}`);
  return [...moved, ...movedRules(then, now)];
}

/** The same of the rules alone: what becomes of a record on its way. */
export function movedRules(then: RunSettings, now: RunSettings): string[] {
  const [before, after]: Record<string, unknown>[] = [routeRules(then), routeRules(now)];
  const keys = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
  return [...keys].flatMap((key) => {
    const words = named[key];
    if (words === null) return [];
    // A rule that has no words of its own is compared all the same.
    const [was, is] = words
      ? [words[1](then), words[1](now)]
      : [JSON.stringify(before?.[key] ?? "none"), JSON.stringify(after?.[key] ?? "none")];
    return was === is ? [] : [`${words?.[0] ?? `the rule "${key}"`} was ${was} and is ${is}`];
  });
}

/** What a route names otherwise than another, whatever its connections lead to. */
export function movedEnds(then: RunSettings, now: RunSettings): string[] {
  const moved = (name: string, of: (settings: RunSettings) => string) =>
    of(then) === of(now) ? [] : [`${name} ${of(then)} and ${of(now)} now`];
  const vectors = ({ vectors: from, embedder }: RunSettings) =>
    from === "source" ? "copied from the source" : `made by ${embedder.connection ?? defaultConnections.embedder}`;
  return [
    ...moved("it read from", ({ source }) => endWords(source, defaultConnections.source)),
    ...moved("it wrote to", ({ target }) => endWords(target, defaultConnections.target)),
    ...moved("vectors were", vectors),
  ];
}

const endWords = ({ connection, index }: End, own: string) => `${connection ?? own}:${index}`;
