import { setTimeout as pause, setImmediate } from "node:timers/promises";
import { isServiceFailure, ServiceFailure } from "@/lib/failures";
import { sortedByBytes } from "../byte-order";
import type { CallOptions, Count, NamespacePage, Place, VectorSource } from "../contract";
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

/** Some milliseconds' work. */
const namespacesAtOnce = 10_000;

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
  const namespaces = new Map<string, number>();
  let sum = 0;
  let since = 0;
  for (const name of Object.keys(stats.namespaces)) {
    const count = countIn(stats.namespaces[name], operation);
    namespaces.set(nameOfWire(name), count);
    sum += count;
    // Whoever else works in this process has a turn.
    if (++since % namespacesAtOnce === 0) await setImmediate();
  }
  const own = (name: string) =>
    Object.hasOwn(stats.namespaces ?? {}, name) ? countIn(stats.namespaces?.[name], operation) : undefined;
  const [unnamed, named] = [own(""), own(wireName(""))];
  const total = stats.totalVectorCount ?? sum;
  if (unnamed === undefined || named === undefined) return { total, namespaces };
  const of = countOfBoth(unnamed, named, sum, stats.totalVectorCount ?? null);
  namespaces.set("", of);
  if (of === Math.max(unnamed, named)) return { total, namespaces };
  const note = `they name the default namespace twice: "" with ${unnamed} and ${wireName("")} with ${named} records, so the service doesn't take one for the other`;
  return { total, namespaces, defaultNote: note };
}

/** As `namespaceStats` has it, which takes ten times as long: of a hundred thousand namespaces it holds the process up. */
function countIn(summary: unknown, operation: string): number {
  const count =
    typeof summary === "object" && summary !== null && "vectorCount" in summary ? summary.vectorCount : null;
  if (typeof count === "number" && Number.isSafeInteger(count) && count >= 0) return count;
  return parseWire(namespaceStats, summary, operation).vectorCount ?? 0;
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
  const names = sortedByBytes([...namespaces.keys()].filter((name) => name.startsWith(prefix)));
  for (let start = 0; start < names.length; start += pageSize) {
    const end = start + pageSize;
    const page = names.slice(start, end);
    yield {
      namespaces: page.map((name) => ({ name, count: { value: namespaces.get(name) ?? 0, exact: false } })),
      next: end < names.length ? String(end) : null,
    };
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

/** Statistics of more namespaces than these are some 100 kB: one namespace's count is asked of its own description then. */
const manyNamespaces = 1000;

/** Counts of single namespaces, 0 where there is no such one; what an index was seen to hold decides how it is asked. */
export function namespaceCounts(plane: Plane): (place: Place, options?: CallOptions) => Promise<Count> {
  const asks = new Map<string, "descriptions" | "statistics">();
  return async ({ index, namespace }, { signal } = {}) => {
    // What both names of the default namespace hold, only statistics tell.
    if (asks.get(index) === "descriptions" && namespace !== "") {
      const described = await describedCount(plane, index, namespace, signal).catch((error: unknown) => {
        // A server without descriptions says nothing of the namespace, whose count is in the statistics.
        if (isServiceFailure(error) && (error.code === "not-found" || error.code === "not-ready")) return null;
        throw error;
      });
      if (described) return described;
      asks.set(index, "statistics");
    }
    const { namespaces, defaultNote } = await readStatistics(plane, index, "count", signal);
    if (!namespaces) return (await describedCount(plane, index, namespace, signal)) ?? { value: 0, exact: false };
    if (namespaces.size > manyNamespaces && !asks.has(index)) asks.set(index, "descriptions");
    const note = namespace === "" && defaultNote !== undefined ? { note: defaultNote } : {};
    return { value: namespaces.get(namespace) ?? 0, exact: false, ...note };
  };
}

/** `null` where the answer leaves the count out. */
async function describedCount(
  plane: Plane,
  index: string,
  namespace: string,
  signal?: AbortSignal,
): Promise<Count | null> {
  try {
    const { json } = await plane.describeNamespace(index, { operation: "count", signal }, wireName(namespace));
    const { record_count: value } = parseWire(namespaceDescription, json, "count");
    return typeof value === "number" ? { value, exact: false } : null;
  } catch (error) {
    if (isAbsentNamespace(error)) return { value: 0, exact: false };
    throw error;
  }
}
