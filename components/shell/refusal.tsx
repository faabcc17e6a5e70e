"use client";

import { usePathname } from "next/navigation";
import { useEffect } from "react";
import { setRefusal, useRefusal } from "@/components/data/refusal";
import { ProblemNote } from "@/components/ui/states";

/** What was refused stays on the page until it is dismissed, something else succeeds, or another page is opened. */
export function Refusal() {
  const refused = useRefusal();
  const pathname = usePathname();
  useEffect(() => {
    if (pathname) setRefusal(null);
  }, [pathname]);
  if (refused === null) return null;
  return (
    <div className="mb-4">
      <ProblemNote error={refused} title="Not done" retry={() => setRefusal(null)} again="Dismiss" />
    </div>
  );
}
