import type { Answers } from "@/components/data/answers";
import type { BrowseDocuments } from "@/components/data/document-queries";
import { fetchAnswer, withSearch } from "@/components/data/fetch-answer";
import { mostNames } from "@/components/migrate/names-matching";
import { noNamespace } from "@/lib/shapes/names";

const pageSize = 500;

/** The names of all namespaces that match, in a few requests. */
export async function documentNamesMatching(browse: BrowseDocuments, matching: number): Promise<string[]> {
  const names: string[] = [];
  for (let offset = 0; offset < Math.min(matching, mostNames); offset += pageSize) {
    const path = withSearch("/documents/namespaces", { ...browse, offset, limit: pageSize });
    const page = await fetchAnswer<Answers["documentNamespaces"]>(path);
    names.push(...page.rows.map(({ name }) => name ?? noNamespace));
    if (page.rows.length < pageSize) break;
  }
  return names;
}
