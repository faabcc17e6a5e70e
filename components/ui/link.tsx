"use client";

import NextLink from "next/link";
import { type ComponentProps, useState } from "react";
import { useRouteHref } from "@/components/data/page-route";

type LinkProps = Omit<ComponentProps<typeof NextLink>, "href" | "prefetch"> & { href: string };

/**
 * A link within the app: it leads along the page's route, so that whoever is given the address sees the same. What it leads to is fetched
 * ahead once the pointer or the focus comes to it: the pages of a whole menu or list would hold up the page that is looked at.
 */
export function Link({ href, onPointerEnter, onFocus, ...rest }: LinkProps) {
  const on = useRouteHref();
  const [near, setNear] = useState(false);
  return (
    <NextLink
      {...rest}
      href={on(href)}
      prefetch={near ? null : false}
      onPointerEnter={(event) => {
        setNear(true);
        onPointerEnter?.(event);
      }}
      onFocus={(event) => {
        setNear(true);
        onFocus?.(event);
      }}
    />
  );
}
