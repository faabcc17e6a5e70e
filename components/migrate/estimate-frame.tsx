import type { ReactNode, Ref } from "react";

/** The box that an estimate stands in. */
export function EstimateFrame({ ref, children }: { ref?: Ref<HTMLDivElement>; children: ReactNode }) {
  return (
    <div ref={ref} className="grid gap-4 rounded-md border border-line bg-surface p-4 sm:p-5" aria-live="polite">
      {children}
    </div>
  );
}
