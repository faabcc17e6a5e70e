import { setTimeout as pause } from "node:timers/promises";
import { ServiceFailure } from "@/lib/failures";
import { compareBytes } from "../byte-order";
import type { CallOptions, Count, NamespacePage, VectorSource } from "../contract";
import { PageGuard, pageFaultWords } from "../page-guard";
import type { Answer, Call } from "./call";
import { failureOfNetwork, service } from "./failures";
import { isAbsentNamespace } from "./listing";
import { nameOfWire, wireName } from "./place";
import type { Project } from "./project";
import { indexStats, namespaceDescription, namespaceList, namespaceStats, parseWire } from "./wire";

export type Statistics = {
  total: number;
  namespaces: Map<string, number> | null;
  /** What is odd about the default namespace's count. */
  defaultNote?: string;
};

type NamespaceQuery = { limit: number; prefix?: string; paginationToken?: string };
/** What counts and namespaces are asked of: the same answers from either family of calls. */
export type Plane = {
  statistics(index: string, call: Call): Promise<Answer>;
  listNamespaces(index: string, call: Call, query: NamespaceQuery): Promise<Answer>;
  describeNamespace(index: string, call: Call, name: string): Promise<Answer>;
};

/** An index of vectors, through the SDK. */
export const vectorsPlane = (project: Project): Plane => ({
  statistics: (index, call) => project.data(index, call, (data) => data.describeIndexStats()),
  listNamespaces: (index, call, query) => project.data(index, call, (data) => data.listNamespaces(query)),
  describeNamespace: (index, call, name) => project.data(index, call, (data) => data.describeNamespace(name)),
});

/** Counts of all namespaces in one request. They may lag behind writes ("eventually consistent"), so no count from here is exact. */
export async function readStatistics(
  plane: Plane,
  index: string,
  operation: string,
  signal?: AbortSignal,
): Promise<Statistics> {
  const { json } = await plane.statistics(index, { operation, signal });
  const stats = parseWire(indexStats, json, operation);
  if (!stats.namespaces) return { total: stats.totalVectorCount ?? 0, namespaces: null };
  const counts = new Map<string, number>();
  let sum = 0;
  for (const [name, summary] of Object.entries(stats.namespaces)) {
    const count = parseWire(namespaceStats, summary, operation).vectorCount ?? 0;
    counts.set(name, count);
    sum += count;
  }
  const namespaces = new Map([...counts].map(([name, count]) => [nameOfWire(name), count]));
  const [unnamed, named] = [counts.get(""), counts.get(wireName(""))];
  const total = stats.totalVectorCount ?? sum;
  if (unnamed === undefined || named === undefined) return { total, namespaces };
  const of = countOfBoth(unnamed, named, sum, stats.totalVectorCount ?? null);
  namespaces.set("", of);
  if (of === Math.max(unnamed, named)) return { total, namespaces };
  const note = `they name the default namespace twice: "" with ${unnamed} and ${wireName("")} with ${named} records, so the service doesn't take one for the other`;
  return { total, namespaces, defaultNote: note };
}

/**
 * Two keys for the default namespace: two names of one and the same where the total says so, or where they count alike and there is no
 * total; else a data plane that doesn't translate the name holds two namespaces, and none of their records may go uncounted.
 */
function countOfBoth(unnamed: number, named: number, sum: number, total: number | null): number {
  const one = Math.max(unnamed, named);
  const alike = total === null ? unnamed === named : total === sum - (unnamed + named - one);
  return alike ? one : unnamed + named;
}

const pageSize = 1000;

/** Namespaces from statistics; page by page from the namespaces' own listing where statistics leave them out. */
export async function* readNamespaces(
  plane: Plane,
  index: string,
  { signal, prefix = "" }: NonNullable<Parameters<VectorSource["namespaces"]>[1]> = {},
): AsyncGenerator<NamespacePage> {
  const { namespaces } = await readStatistics(plane, index, "namespaces", signal);
  if (!namespaces) {
    yield* listNamespaces(plane, index, prefix, signal);
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
  plane: Plane,
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
    const { json } = await plane.listNamespaces(index, call, options);
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
  plane: Plane,
  index: string,
  namespace: string,
  { signal }: CallOptions = {},
): Promise<Count> {
  const { namespaces, defaultNote } = await readStatistics(plane, index, "count", signal);
  if (namespaces) {
    const note = namespace === "" && defaultNote !== undefined ? { note: defaultNote } : {};
    return { value: namespaces.get(namespace) ?? 0, exact: false, ...note };
  }
  try {
    const call = { operation: "count", signal };
    const { json } = await plane.describeNamespace(index, call, wireName(namespace));
    return { value: parseWire(namespaceDescription, json, "count").record_count ?? 0, exact: false };
  } catch (error) {
    if (isAbsentNamespace(error)) return { value: 0, exact: false };
    throw error;
  }
}
