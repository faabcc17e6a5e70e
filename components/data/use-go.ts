"use client";

import { useRouter } from "next/navigation";
import { useRouteHref } from "./page-route";

/** Opens an address of this app along the page's route. */
export function useGo(): (href: string) => void {
  const router = useRouter();
  const on = useRouteHref();
  return (href) => router.push(on(href));
}
