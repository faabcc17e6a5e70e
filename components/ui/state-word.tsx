import {
  Ban,
  Circle,
  CircleAlert,
  CircleCheck,
  CircleDot,
  CirclePause,
  CircleX,
  Clock,
  type LucideIcon,
} from "lucide-react";
import { fleetStateWords } from "@/components/words/fleet";
import { runStateOf, runStateWords, segmentStateWords } from "@/components/words/run";
import { outcomeWords } from "@/components/words/schedule";
import type { RunState, SegmentView } from "@/lib/shapes/runs/run";
import type { FleetState } from "@/lib/shapes/schedules/fleet";
import type { ScheduleOutcome } from "@/lib/shapes/schedules/schedule";
import { cx } from "./cx";

type Look = { icon: LucideIcon; colour: string };

const quiet = "text-quiet";
const looks: Record<RunState | SegmentView["state"], Look> = {
  queued: { icon: Circle, colour: quiet },
  running: { icon: CircleDot, colour: "text-ink" },
  pausing: { icon: CirclePause, colour: quiet },
  paused: { icon: CirclePause, colour: quiet },
  waiting: { icon: Clock, colour: "text-attention" },
  succeeded: { icon: CircleCheck, colour: "text-done" },
  "succeeded-with-findings": { icon: CircleAlert, colour: "text-attention" },
  failed: { icon: CircleX, colour: "text-problem" },
  cancelling: { icon: Ban, colour: quiet },
  cancelled: { icon: Ban, colour: quiet },
  done: { icon: CircleCheck, colour: "text-done" },
};

function Word({ look, text, className }: { look: Look; text: string; className?: string | undefined }) {
  const Icon = look.icon;
  return (
    <span className={cx("inline-flex items-center gap-1.5 whitespace-nowrap", className)}>
      <Icon aria-hidden className={cx("size-3.5 shrink-0", look.colour)} />
      {text}
    </span>
  );
}

/** A run's state: a shape, a colour and the word; the short word where there is little room. */
export function RunStateWord({
  state,
  warnings = 0,
  short = false,
  className,
}: {
  state: RunState;
  /** Findings that aren't records left out: a run that succeeded with some isn't simply green. */
  warnings?: number;
  short?: boolean;
  className?: string;
}) {
  if (state === "succeeded" && warnings > 0) {
    const text = short ? "With warnings" : runStateOf({ state, findings: { warning: warnings } });
    return <Word look={looks["succeeded-with-findings"]} text={text} className={className} />;
  }
  const text = short && state === "succeeded-with-findings" ? "With findings" : runStateWords[state];
  return <Word look={looks[state]} text={text} className={className} />;
}

export function SegmentStateWord({ state }: { state: SegmentView["state"] | "paused" }) {
  return <Word look={looks[state]} text={segmentStateWords[state]} />;
}

const fleetLooks: Record<FleetState, Look> = {
  failed: { icon: CircleX, colour: "text-problem" },
  review: { icon: Clock, colour: "text-attention" },
  "out-of-sync": { icon: CircleDot, colour: "text-create" },
  never: { icon: Circle, colour: quiet },
  unchecked: { icon: Circle, colour: quiet },
  "in-sync": { icon: CircleCheck, colour: "text-done" },
};

export function FleetStateWord({ state }: { state: FleetState }) {
  return <Word look={fleetLooks[state]} text={fleetStateWords[state]} />;
}

const outcomeLooks: Record<ScheduleOutcome, Look> = {
  applied: { icon: CircleCheck, colour: "text-done" },
  "no-changes": { icon: CircleCheck, colour: "text-done" },
  review: { icon: Clock, colour: "text-attention" },
  refused: { icon: Ban, colour: quiet },
  failed: { icon: CircleX, colour: "text-problem" },
};

export function OutcomeWord({ outcome }: { outcome: ScheduleOutcome }) {
  return <Word look={outcomeLooks[outcome]} text={outcomeWords[outcome]} />;
}
