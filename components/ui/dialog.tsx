"use client";

import dynamic from "next/dynamic";
import type { DialogProps } from "./dialog-body";
import { useOnce } from "./once";

const Body = dynamic(() => import("./dialog-body").then((module) => module.DialogBody), { ssr: false });

/** A question that must be answered, or a sheet over the page. On a phone it rises from the bottom edge. Fetched when it first opens. */
export function Dialog(props: DialogProps) {
  return useOnce(props.open) && <Body {...props} />;
}
