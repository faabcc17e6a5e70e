"use client";

import { useQuery } from "@tanstack/react-query";
import { connectionsQuery } from "@/components/data/route-queries";

/** The connected embedders as the options of a list, after the one that stands for no choice. */
export function EmbedderOptions({ none }: { none: string }) {
  const { data } = useQuery(connectionsQuery());
  return (
    <>
      <option value="">{none}</option>
      {data?.connections
        .filter(({ role }) => role === "embedder")
        .map(({ name, service }) => (
          <option key={name} value={name}>
            {`${name} (${service})`}
          </option>
        ))}
    </>
  );
}
