import { setFlagsFromString } from "node:v8";
import { readConfig } from "@/lib/config";
import { startFolder } from "@/lib/config/layers";
import { type Begun, begin } from "@/lib/runtime/begin";
import { readHolder } from "@/lib/runtime/data-lock";
import type { TransportOptions } from "./transport";

/** Where no folders are named, a command may use the one that it is started in. A name that would read as several is left out. */
export function ownFolder(): Record<string, string> {
  const { folders } = readConfig();
  const here = startFolder();
  return folders.length > 0 || /[,;:]/.test(here.replace(/^[A-Z]:/i, "")) ? {} : { PORTAGE_FOLDERS: here };
}

/** Begins to open everything in this process. Throws as {@link begin}. */
export function beginHere({ works }: TransportOptions): Begun {
  // The embedded database is WebAssembly: for the few statements of a command that only asks, V8's optimising compiler takes half a second
  // of computing and never pays.
  if (!works) setFlagsFromString("--liftoff-only");
  return begin(ownFolder(), { brief: !works });
}

/**
 * The same, unless a token says which server is meant, or somebody has the data directory: a server may be asked then, or another command waited
 * for.
 */
export function beginUnlessHeld(options: TransportOptions): Begun | null {
  const { dataDir, publicUrl, token } = readConfig();
  if (token !== null && publicUrl !== null) return null;
  return readHolder(dataDir) === null ? beginHere(options) : null;
}
