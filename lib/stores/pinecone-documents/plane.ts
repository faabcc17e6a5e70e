import { isServiceFailure } from "@/lib/failures";
import type { Project } from "../pinecone/project";
import type { Plane } from "../pinecone/statistics";

/** What a data plane that has no statistics of documents may answer: the vendor's own pages disagree on whether it does. */
const without = new Set(["invalid", "not-found", "unknown", "conflict"]);

/** A document index's counts and namespaces. Where it has no statistics they come from the listing of namespaces. */
export function documentsPlane(project: Project): Plane {
  const silent = new Set<string>();
  const noStatistics = { json: {}, written: null, indexed: null };
  return {
    statistics: async (index, call) => {
      if (silent.has(index)) return noStatistics;
      try {
        return await project.documents(index, call, { method: "POST", path: "/describe_index_stats", body: {} });
      } catch (error) {
        if (!isServiceFailure(error) || !without.has(error.code)) throw error;
        // The index itself may be what is missing, or not one of documents.
        const refused = error.status !== undefined && (await project.describe("inspect", index, call.signal)) !== null;
        if (!refused) throw error;
        silent.add(index);
        return noStatistics;
      }
    },
    listNamespaces: (index, call, { limit, prefix, paginationToken }) => {
      const query = new URLSearchParams({ limit: String(limit) });
      if (prefix !== undefined) query.set("prefix", prefix);
      if (paginationToken !== undefined) query.set("pagination_token", paginationToken);
      return project.documents(index, call, { method: "GET", path: `/namespaces?${query}` });
    },
    describeNamespace: (index, call, name) =>
      project.documents(index, call, { method: "GET", path: `/namespaces/${encodeURIComponent(name)}` }),
  };
}
