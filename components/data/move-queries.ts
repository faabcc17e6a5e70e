import { queryOptions } from "@tanstack/react-query";
import type { Answers } from "./answers";
import { fetchAnswer, withSearch } from "./fetch-answer";
import { along, onRoute, type PageRoute } from "./route-address";

/** How often what is under way is looked at. Milliseconds. */
const lively = 1000;

/** Verdicts of a route, newest first. */
export function gatesQuery(name: string) {
  return queryOptions({
    queryKey: ["gates", name],
    queryFn: ({ signal }) => fetchAnswer<Answers["gates"]>(withSearch("/gates", { route: name, limit: 50 }), signal),
    refetchInterval: ({ state }) => (state.data?.gates.some((gate) => gate.state === "running") ? lively : false),
  });
}

/** One with its figures; looked at again until it is there. */
export function gateQuery(id: string) {
  return queryOptions({
    queryKey: ["gate", id],
    queryFn: ({ signal }) => fetchAnswer<Answers["gate"]>(`/gates/${encodeURIComponent(id)}`, signal),
    refetchInterval: ({ state }) => (state.data?.state === "running" ? lively : false),
  });
}

/** Which side the application of a route asks. */
export function switchQuery(name: string) {
  return queryOptions({
    queryKey: ["switch", name],
    queryFn: ({ signal }) =>
      fetchAnswer<Answers["switchStanding"]>(`/routes/${encodeURIComponent(name)}/switch`, signal),
  });
}

/** The steps of a route's move. */
export function moveQuery(route: PageRoute) {
  return queryOptions({
    queryKey: onRoute(route, "move"),
    queryFn: ({ signal }) => fetchAnswer<Answers["move"]>(withSearch("/move", along(route)), signal),
    refetchInterval: ({ state }) => (state.data?.steps.some((step) => step.state === "running") ? 3 * lively : false),
  });
}
