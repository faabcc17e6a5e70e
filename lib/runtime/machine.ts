import { readFileSync, readlinkSync } from "node:fs";
import os from "node:os";

/** Where a process runs, as far as another one can compare it. Empty where the system doesn't tell. */
export type Machine = {
  host: string;
  /** The same in every container of a machine until it starts again. */
  boot: string;
  /** Process IDs mean something to those of the same namespace alone. */
  processes: string;
};

const read = (how: () => string): string => {
  try {
    return how().trim();
  } catch {
    return "";
  }
};

/** Where this process runs. */
export const thisMachine = (): Machine => ({
  host: os.hostname(),
  boot: read(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8")),
  processes: read(() => readlinkSync("/proc/self/ns/pid")),
});
