"use client";

import NextLink from "next/link";
import type { ComponentProps } from "react";
import { useRouteHref } from "@/components/data/page-route";

/** A link within the app: it leads along the page's route, so that whoever is given the address sees the same. */
export function Link({ href, ...rest }: Omit<ComponentProps<typeof NextLink>, "href"> & { href: string }) {
  const on = useRouteHref();
  return <NextLink {...rest} href={on(href)} />;
}
