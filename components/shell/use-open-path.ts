"use client";

import { useQuery } from "@tanstack/react-query";
import { usePathname } from "next/navigation";
import { planQuery } from "@/components/data/queries";
import type { Plan } from "@/lib/shapes/plans/plan";

const placeOf: Partial<Record<Plan["kind"], string>> = { clearance: "/clearance", reembed: "/migrate" };

/** The path that is open, as far as the navigation is concerned: a plan lies within the place of its kind. */
export function useOpenPath(): string {
  const pathname = usePathname();
  const id = /^\/plans\/([^/]+)/.exec(pathname)?.[1];
  const { data } = useQuery({ ...planQuery(decodeURIComponent(id ?? "")), enabled: false });
  return (id !== undefined && data && placeOf[data.kind]) || pathname;
}
