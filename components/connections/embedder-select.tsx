"use client";

import { useQuery } from "@tanstack/react-query";
import type { ComponentProps } from "react";
import { connectionsQuery } from "@/components/data/route-queries";
import { Select } from "@/components/ui/field";

type Props = Omit<ComponentProps<typeof Select>, "children" | "value" | "onChange"> & {
  /** What no choice means. */
  none: string;
  /** A connection's name; empty: no choice. */
  value: string;
  onChoose(embedder: string): void;
};

/** One of the connected embedders, or none. */
export function EmbedderSelect({ none, onChoose, ...rest }: Props) {
  const { data } = useQuery(connectionsQuery());
  return (
    <Select {...rest} className="w-full" onChange={(event) => onChoose(event.target.value)}>
      <option value="">{none}</option>
      {data?.connections
        .filter(({ role }) => role === "embedder")
        .map(({ name, service }) => (
          <option key={name} value={name}>
            {`${name} (${service})`}
          </option>
        ))}
    </Select>
  );
}
