import type { MarkedModels } from "@/lib/shapes/namespaces/namespaces";
import { readMark } from "@/lib/shapes/plans/mark";
import type { RunSettings } from "@/lib/shapes/runs/run";
import type { Place, VectorSource } from "@/lib/stores/contract";
import type { HeldSpace } from "./vector-spaces";

/** One request paced and tried again as the caller does it. */
type Ask = <T>(what: "list" | "fetch", request: (signal?: AbortSignal) => Promise<T>) => Promise<T>;

/**
 * What the records of a namespace say of the model that made their vectors, under the operator's key: the first page of them is looked at, in
 * two requests. For namespaces of which Portage's own record knows nothing: another Portage may have written them.
 * @returns `null` where no key was chosen, or where nothing can be listed
 */
export async function readMarked(
  store: Pick<VectorSource, "can" | "listIds" | "fetchHeads">,
  place: Place,
  modelKey: string | null | undefined,
  ask: Ask,
): Promise<MarkedModels | null> {
  if (!modelKey || store.can.listing === "none") return null;
  const most = Math.min(store.can.limits.listPage, store.can.limits.fetchIds, 100);
  const { ids } = await ask("list", (signal) => store.listIds(place, { limit: most, ...(signal ? { signal } : {}) }));
  const looked = ids.slice(0, most);
  if (looked.length === 0) return { looked: 0, models: [] };
  const { records } = await ask("fetch", (signal) => store.fetchHeads(place, looked, signal ? { signal } : {}));
  const models = new Map<string, MarkedModels["models"][number]>();
  for (const { metadata } of records) {
    const value = Object.hasOwn(metadata, modelKey) ? metadata[modelKey] : undefined;
    const mark = readMark(value);
    if (mark === null) continue;
    const key = `${mark.model}/${mark.dimension}`;
    models.set(key, { ...mark, records: (models.get(key)?.records ?? 0) + 1 });
  }
  return { looked: looked.length, models: [...models.values()].sort((a, b) => b.records - a.records) };
}

/** What they are marked with that a run's vectors would not go with, as the guards take it. The task isn't marked. */
export function markedOthers(
  namespace: string,
  marked: MarkedModels | null,
  { embedder }: Pick<RunSettings, "embedder">,
): HeldSpace[] {
  return (marked?.models ?? [])
    .filter(({ model, dimension }) => model !== embedder.model || dimension !== embedder.dimension)
    .map(({ model, dimension, records }) => ({ namespace, model, dimension, task: "", vectors: records }));
}

/** `of 100 records looked at, 98 are marked as made by gemini-embedding-001 (3,072)`; empty where none is marked. */
export function markedWords(marked: MarkedModels | null): string {
  if (marked === null || marked.models.length === 0) return "";
  const number = (value: number) => value.toLocaleString("en-US");
  const each = marked.models.map(
    ({ model, dimension, records }) => `${number(records)} are marked as made by ${model} (${number(dimension)})`,
  );
  return `of ${number(marked.looked)} records looked at, ${each.join(" and ")}`;
}
