import type { Answers } from "@/components/data/answers";
import { fetchAnswer, withSearch } from "@/components/data/fetch-answer";
import type { Browse } from "@/components/data/queries";
import type { PageRoute } from "@/components/data/route-address";

/** More names than this are not chosen one by one: "all" says it shorter, and a request's size is bounded. */
export const mostNames = 10_000;
const pageSize = 500;

/** The names of all namespaces of the source that match, up to {@link mostNames}, in a few requests. One that only the target has can't be read. */
export async function namesMatching(route: PageRoute, browse: Browse, matching: number): Promise<string[]> {
  const names: string[] = [];
  for (let offset = 0; offset < Math.min(matching, mostNames); offset += pageSize) {
    const path = withSearch("/namespaces/browse", { ...browse, offset, limit: pageSize, route });
    const page = await fetchAnswer<Answers["namespacePage"]>(path);
    names.push(...page.rows.filter(({ source }) => source !== null).map(({ name }) => name));
    if (page.rows.length < pageSize) break;
  }
  return names;
}
