import os from "node:os";

/** Who uses the command line, as runs and logs remember it: `cli:<user>`. */
export function commandLineActor(): string {
  try {
    return `cli:${os
      .userInfo()
      .username.replace(/[^\w.@-]/g, "_")
      .slice(0, 64)}`;
  } catch {
    // A user ID without a name, as in some containers.
    return "cli:unknown";
  }
}
