"use client";

import { Dialog } from "@/components/ui/dialog";
import { useCommandList } from "./commands";
import { usePreferences } from "./preferences-provider";

const inTables: readonly [string, string][] = [
  ["j k ↑ ↓", "Move in a table"],
  ["PgUp PgDn Home End", "Page up, page down, first, last"],
  ["Enter", "Open the row"],
  ["Space", "Select row"],
  ["x", "Select row (in a plan: exclude)"],
  ["Esc", "Clear or close"],
  ["Ctrl K", "Search or jump to"],
];

function Line({ keys, title }: { keys: string; title: string }) {
  return (
    <div className="flex h-7 items-center justify-between gap-4">
      <dt>{title}</dt>
      <dd className="font-mono text-xs text-quiet">{keys}</dd>
    </div>
  );
}

/** Every key that does something here; single keys can be turned off, for those who speak to their computer. */
export function ShortcutSheet({ open, onOpenChange }: { open: boolean; onOpenChange(open: boolean): void }) {
  const commands = useCommandList().filter((command) => command.keys);
  const { preferences, change } = usePreferences();
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title="Keyboard shortcuts"
      description="What the keys do on this page."
    >
      <dl className="mt-4 text-sm">
        {inTables.map(([keys, title]) => (
          <Line key={keys} keys={keys} title={title} />
        ))}
        {commands.map((command) => (
          <Line key={command.id} keys={command.keys ?? ""} title={command.title} />
        ))}
      </dl>
      <label className="mt-4 flex items-center gap-2 border-t border-line pt-4">
        <input
          type="checkbox"
          checked={preferences.keys === "on"}
          onChange={(event) => change({ keys: event.target.checked ? "on" : "off" })}
        />
        Single-key shortcuts
      </label>
    </Dialog>
  );
}
