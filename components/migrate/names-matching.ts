import { allNames } from "@/components/data/all-names";
import type { Answers } from "@/components/data/answers";
import { fetchAnswer, withSearch } from "@/components/data/fetch-answer";
import type { Browse } from "@/components/data/queries";
import type { PageRoute } from "@/components/data/route-address";

/** The names of all namespaces of the source that match, in a few requests. One that only the target has can't be read. */
export function namesMatching(route: PageRoute, browse: Browse, matching: number): Promise<string[]> {
  return allNames(
    matching,
    async (page) => {
      const path = withSearch("/namespaces/browse", { ...browse, ...page, route });
      return (await fetchAnswer<Answers["namespacePage"]>(path)).rows;
    },
    ({ name, source }) => (source === null ? null : name),
  );
}
