"use client";

import { useQuery } from "@tanstack/react-query";
import { configurationQuery } from "@/components/data/queries";

/** How many texts one request embeds where nothing else is asked for, as the configuration has it; in words until that is known. */
export function useDefaultBatch(): string {
  const { data } = useQuery(configurationQuery());
  return data?.settings.find(({ key }) => key === "EMBEDDING_BATCH_SIZE")?.value ?? "as configured";
}
