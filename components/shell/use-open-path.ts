"use client";

import { useQuery } from "@tanstack/react-query";
import { usePathname } from "next/navigation";
import { planQuery } from "@/components/data/queries";

/** The path that is open, as far as the navigation is concerned: the plan of a clearance lies within its own place. */
export function useOpenPath(): string {
  const pathname = usePathname();
  const id = /^\/plans\/([^/]+)/.exec(pathname)?.[1];
  const { data } = useQuery({ ...planQuery(decodeURIComponent(id ?? "")), enabled: false });
  return id !== undefined && data?.kind === "clearance" ? "/clearance" : pathname;
}
