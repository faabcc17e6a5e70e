import type { Begun } from "@/lib/runtime/begin";
import type { TransportOptions } from "./transport";

let ahead: (TransportOptions & { begun: Promise<Begun | null> }) | null = null;

/**
 * Starts what a command will wait for longest, before its own code is read; settles when that is on its way. Where a server has the data
 * directory, and where anything is wrong, nothing is begun: whoever opens the transport finds out, and says so.
 */
export async function beginAhead(options: TransportOptions): Promise<void> {
  const begun = import("./begin-here").then(({ beginUnlessHeld }) => beginUnlessHeld(options)).catch(() => null);
  ahead = { ...options, begun };
  await begun;
}

/** Hands over what was begun for just this. */
export async function takeAhead({ works }: TransportOptions): Promise<Begun | null> {
  if (ahead === null || ahead.works !== works) return null;
  const { begun } = ahead;
  ahead = null;
  return begun;
}

/** Closes what was begun and never asked for: the command was refused before. */
export async function closeAhead(): Promise<void> {
  const begun = await ahead?.begun;
  ahead = null;
  await begun?.close();
}
