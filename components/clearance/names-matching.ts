import { allNames } from "@/components/data/all-names";
import type { Answers } from "@/components/data/answers";
import type { BrowseDocuments } from "@/components/data/document-queries";
import { fetchAnswer, withSearch } from "@/components/data/fetch-answer";
import { noNamespace } from "@/lib/shapes/names";

/** The names of all namespaces that match, in a few requests. */
export function documentNamesMatching(browse: BrowseDocuments, matching: number): Promise<string[]> {
  return allNames(
    matching,
    async (page) => {
      const path = withSearch("/documents/namespaces", { ...browse, ...page });
      return (await fetchAnswer<Answers["documentNamespaces"]>(path)).rows;
    },
    ({ name }) => name ?? noNamespace,
  );
}
