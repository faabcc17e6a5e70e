"use client";

import { QueryClientProvider } from "@tanstack/react-query";
import { NuqsAdapter } from "nuqs/adapters/next/app";
import { type ReactNode, useEffect, useState } from "react";
import { newQueryClient } from "./client";
import { RouteProvider } from "./page-route";

/** What every page stands on: cached reads, state in the URL, and the route that is meant where an address names none. */
export function DataProvider({ route, children }: { route: string; children: ReactNode }) {
  const [client] = useState(newQueryClient);
  // Effects of what is inside ran before: from here on keys and clicks are heard. Who drives the page from outside can wait for it.
  useEffect(() => {
    document.documentElement.dataset.ready = "";
  }, []);
  return (
    <QueryClientProvider client={client}>
      <NuqsAdapter>
        <RouteProvider meant={route}>{children}</RouteProvider>
      </NuqsAdapter>
    </QueryClientProvider>
  );
}
