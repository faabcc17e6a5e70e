"use client";

import dynamic from "next/dynamic";
import { useOnce } from "./once";
import type { SheetProps } from "./sheet-body";

const Body = dynamic(() => import("./sheet-body").then((module) => module.SheetBody), { ssr: false });

/** One thing in full over the page it was opened from: at the right edge, on a phone over all of it. Escape closes it. */
export function Sheet(props: SheetProps) {
  return useOnce(props.open) && <Body {...props} />;
}
