"use client";

import { QueryClientProvider } from "@tanstack/react-query";
import { NuqsAdapter } from "nuqs/adapters/next/app";
import { type ReactNode, useState } from "react";
import { HintProvider } from "@/components/ui/hint";
import { newQueryClient } from "./client";

/** What every page stands on: cached reads, state in the URL, explanations on hover. */
export function DataProvider({ children }: { children: ReactNode }) {
  const [client] = useState(newQueryClient);
  return (
    <QueryClientProvider client={client}>
      <NuqsAdapter>
        <HintProvider delayDuration={200}>{children}</HintProvider>
      </NuqsAdapter>
    </QueryClientProvider>
  );
}
