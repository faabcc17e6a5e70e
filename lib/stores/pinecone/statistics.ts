import { setTimeout as pause } from "node:timers/promises";
import { isServiceFailure, ServiceFailure } from "@/lib/failures";
import { compareBytes } from "../byte-order";
import type { CallOptions, Count, NamespacePage, VectorSource } from "../contract";
import { PageGuard, pageFaultWords } from "../page-guard";
import { failureOfNetwork, service } from "./failures";
import { nameOfWire, wireName } from "./place";
import type { Project } from "./project";
import { indexStats, namespaceDescription, namespaceList, namespaceStats, parseWire } from "./wire";

export type Statistics = { total: number; namespaces: Map<string, number> | null };

/** Counts of all namespaces in one request. They may lag behind writes ("eventually consistent"), so no count from here is exact. */
export async function readStatistics(
  project: Project,
  index: string,
  operation: string,
  signal?: AbortSignal,
): Promise<Statistics> {
  const { json } = await project.data(index, { operation, signal }, (data) => data.describeIndexStats());
  const stats = parseWire(indexStats, json, operation);
  if (!stats.namespaces) return { total: stats.totalVectorCount ?? 0, namespaces: null };
  const namespaces = new Map<string, number>();
  for (const [name, summary] of Object.entries(stats.namespaces)) {
    const { vectorCount } = parseWire(namespaceStats, summary, operation);
    // Two keys for the default namespace would be two names of one and the same.
    namespaces.set(nameOfWire(name), Math.max(vectorCount ?? 0, namespaces.get(nameOfWire(name)) ?? 0));
  }
  const sum = [...namespaces.values()].reduce((total, count) => total + count, 0);
  return { total: stats.totalVectorCount ?? sum, namespaces };
}

const pageSize = 1000;

/** Namespaces from statistics; page by page from the namespaces' own listing where statistics leave them out. */
export async function* readNamespaces(
  project: Project,
  index: string,
  { signal, prefix = "" }: NonNullable<Parameters<VectorSource["namespaces"]>[1]> = {},
): AsyncGenerator<NamespacePage> {
  const { namespaces } = await readStatistics(project, index, "namespaces", signal);
  if (!namespaces) {
    yield* listNamespaces(project, index, prefix, signal);
    return;
  }
  const all = [...namespaces]
    .filter(([name]) => name.startsWith(prefix))
    .sort(([a], [b]) => compareBytes(a, b))
    .map(([name, value]) => ({ name, count: { value, exact: false } }));
  for (let start = 0; start < all.length; start += pageSize) {
    const end = start + pageSize;
    yield { namespaces: all.slice(start, end), next: end < all.length ? String(end) : null };
  }
}

async function* listNamespaces(
  project: Project,
  index: string,
  prefix: string,
  signal?: AbortSignal,
): AsyncGenerator<NamespacePage> {
  const guard = new PageGuard();
  const known = new Set<string>();
  let idle = 0;
  let token: string | null = null;
  do {
    // Whoever pages through empty answers does it slowly.
    if (idle > 0)
      await pause(Math.min(idle, 20), undefined, { signal }).catch((error: unknown) => {
        throw failureOfNetwork("namespaces", error, "cancelled");
      });
    const options = { limit: 100, ...(prefix && { prefix }), ...(token && { paginationToken: token }) };
    const call = { operation: "namespaces", signal };
    const { json } = await project.data(index, call, (data) => data.listNamespaces(options));
    const page = parseWire(namespaceList, json, "namespaces");
    const next: string | null = page.pagination?.next || null;
    const namespaces = (page.namespaces ?? []).map(({ name, record_count }) => ({
      name: nameOfWire(name),
      count: { value: record_count ?? 0, exact: false },
    }));
    const before = known.size;
    for (const { name } of namespaces) known.add(name);
    idle = known.size > before ? 0 : idle + 1;
    const fault = guard.next(next, idle === 0);
    if (fault) {
      const message = pageFaultWords(fault, { service, listing: `the namespaces of ${index}`, pages: guard.pages });
      throw new ServiceFailure({ code: "endless", service, operation: "namespaces", message });
    }
    yield { namespaces, next };
    token = next;
  } while (token !== null);
}

/** One namespace's count; 0 when there is no such namespace. */
export async function countNamespace(
  project: Project,
  index: string,
  namespace: string,
  { signal }: CallOptions = {},
): Promise<Count> {
  const { namespaces } = await readStatistics(project, index, "count", signal);
  if (namespaces) return { value: namespaces.get(namespace) ?? 0, exact: false };
  try {
    const call = { operation: "count", signal };
    const { json } = await project.data(index, call, (data) => data.describeNamespace(wireName(namespace)));
    return { value: parseWire(namespaceDescription, json, "count").record_count ?? 0, exact: false };
  } catch (error) {
    if (isServiceFailure(error) && error.code === "not-found") return { value: 0, exact: false };
    throw error;
  }
}
