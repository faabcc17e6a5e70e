import { onlineManager, QueryClient } from "@tanstack/react-query";
import { ProblemError } from "./problem";

// Whether the machine is online says nothing of a server that may be on it: reads rest while the server itself doesn't answer.
onlineManager.setEventListener(() => undefined);

/** A cache for one browser tab, or for one page while the server renders it. */
export function newQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        // What came with the page isn't asked for again as soon as it is there.
        staleTime: 5000,
        retry: (failures, error) =>
          failures < 1 && !(error instanceof ProblemError && error.status >= 400 && error.status < 500),
        retryDelay: 800,
      },
    },
  });
}
