import { QueryClient } from "@tanstack/react-query";
import { ProblemError } from "./problem";

/** A cache for one browser tab, or for one page while the server renders it. */
export function newQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        // What came with the page isn't asked for again as soon as it is there.
        staleTime: 5000,
        // The server is on this machine: whether the machine is online says nothing about it.
        networkMode: "always",
        retry: (failures, error) =>
          failures < 1 && !(error instanceof ProblemError && error.status >= 400 && error.status < 500),
        retryDelay: 800,
      },
    },
  });
}
