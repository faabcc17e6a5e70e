import { CircleCheck, CircleDot, CircleHelp, CircleX } from "lucide-react";
import { cx } from "@/components/ui/cx";
import type { Gate } from "@/lib/shapes/cut-over/gate";

const looks = {
  GO: { icon: CircleCheck, colour: "text-done" },
  "NO-GO": { icon: CircleX, colour: "text-problem" },
  INCONCLUSIVE: { icon: CircleHelp, colour: "text-attention" },
} as const;

/** A verdict with its sign; one that isn't there yet says so. */
export function VerdictWord({
  gate: { verdict, state },
  large,
}: {
  gate: Pick<Gate, "verdict" | "state">;
  large?: boolean;
}) {
  const running = state === "running";
  const { icon, colour } = looks[verdict];
  const Icon = running ? CircleDot : icon;
  return (
    <span className={cx("inline-flex items-center gap-1.5 whitespace-nowrap font-medium", large && "text-xl")}>
      <Icon aria-hidden className={cx(large ? "size-5" : "size-4", "shrink-0", running ? "text-ink" : colour)} />
      {running ? "Checking" : verdict}
    </span>
  );
}
