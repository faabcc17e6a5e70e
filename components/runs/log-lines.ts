import type { RunEvent } from "@/lib/shapes/runs/run";

const severity: Record<RunEvent["level"], number> = { info: 0, warn: 1, error: 2 };

/** Whether a line that just came in belongs to what is being looked at; the server's filter says the same. */
export function matchesLog(line: RunEvent, level: RunEvent["level"], search: string): boolean {
  if (severity[line.level] < severity[level]) return false;
  const wanted = search.toLowerCase();
  return [line.message, line.code, line.namespace ?? ""].some((text) => text.toLowerCase().includes(wanted));
}

/** Lines that were streamed and lines that were fetched, each once, newest first. */
export function mergeLines(streamed: readonly RunEvent[], fetched: readonly RunEvent[]): RunEvent[] {
  const byId = new Map([...fetched, ...streamed].map((line) => [line.id, line]));
  return [...byId.values()].sort((one, other) => other.id - one.id);
}
