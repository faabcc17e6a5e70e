import { queryOptions } from "@tanstack/react-query";
import type { AskedQuestion, QuestionSet, SearchFigures } from "@/lib/shapes/cut-over/questions";
import { fetchAnswer, withSearch } from "./fetch-answer";
import { along, onRoute, type PageRoute } from "./route-address";

/** What both sides of a route were asked, newest first. */
export function askedQuery(route: PageRoute) {
  return queryOptions({
    queryKey: onRoute(route, "asked"),
    queryFn: ({ signal }) =>
      fetchAnswer<{ asked: AskedQuestion[] }>(withSearch("/search/asked", { ...along(route), limit: 20 }), signal),
  });
}

/** How long both sides took over time. */
export function figuresQuery(route: PageRoute) {
  return queryOptions({
    queryKey: onRoute(route, "search-figures"),
    queryFn: ({ signal }) => fetchAnswer<SearchFigures>(withSearch("/search/figures", along(route)), signal),
  });
}

/** Sets of questions, by name. */
export function setsQuery() {
  return queryOptions({
    queryKey: ["question-sets"],
    queryFn: ({ signal }) => fetchAnswer<{ sets: QuestionSet[] }>("/question-sets", signal),
  });
}
