import { Moment } from "@/components/ui/moment";
import type { Switch } from "@/lib/shapes/cut-over/switch";

const words: Record<Switch["state"], string> = { writing: "Being written", done: "", failed: "Failed" };

/** Who switched, when and why, the last one first. */
export function SwitchHistory({ history }: { history: readonly Switch[] }) {
  return (
    <ol className="divide-y divide-line rounded-md border border-line bg-surface text-sm">
      {history.map((one) => (
        <li key={one.id} className="px-3 py-2">
          <p className="flex items-baseline justify-between gap-3">
            <span>
              <span className="figures text-quiet">{one.generation}</span> {one.back ? "Back to" : "To"} the {one.to}
              {one.state !== "done" && <span className="font-medium text-problem"> · {words[one.state]}</span>}
            </span>
            <span className="text-xs text-quiet">
              <Moment at={one.startedAt} />
            </span>
          </p>
          <p className="text-xs wrap-anywhere text-quiet">
            {one.switchedBy}
            {one.reason !== null && `, forced: ${one.reason}`}
            {one.state === "failed" && `. ${one.words}`}
          </p>
          {one.hook && !one.hook.ok && <p className="text-xs wrap-anywhere text-problem">{one.hook.words}</p>}
        </li>
      ))}
    </ol>
  );
}
