import type { Log } from "@/lib/actions/verbs/context";
import { readConfig } from "@/lib/config";
import { openLog, secretsOf } from "@/lib/runtime/log";

const silent: Log = { info: () => {}, warn: () => {}, error: () => {} };

/** The log of the data directory, for what goes wrong outside of any runtime; a silent one when even that can't be had. */
export function openCommandLog(): Log {
  try {
    const config = readConfig();
    return openLog({ dataDir: config.dataDir, limits: config.log, secrets: secretsOf(config), show: "none" });
  } catch {
    return silent;
  }
}
