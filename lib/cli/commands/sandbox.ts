import { rmSync } from "node:fs";
import path from "node:path";
import { readConfig } from "@/lib/config";
import { exitCodes } from "@/lib/operator-error";
import { lockDataDirectory } from "@/lib/runtime/data-lock";
import { openLog } from "@/lib/runtime/log";
import { startSandboxThread } from "@/lib/runtime/sandbox";
import { onStopSignals } from "@/lib/runtime/signals";
import type { CommonOptions } from "../options";
import { Terminal } from "../terminal";

type Options = CommonOptions & { reset?: boolean };

/** `portage sandbox`: the stand-ins alone, until Ctrl-C. Their addresses on stdout, as settings for another Portage. */
export async function sandbox(options: Options): Promise<number> {
  const terminal = new Terminal(options);
  const { dataDir } = readConfig();
  const lock = lockDataDirectory(dataDir);
  try {
    if (options.reset) rmSync(path.join(dataDir, "sandbox"), { recursive: true, force: true });
    const log = openLog({ dataDir, secrets: [], show: "all" });
    const thread = await startSandboxThread({ dataDir, log: (line) => log.info({}, line) });
    const { environment } = thread.ready;
    terminal.document({ environment });
    for (const [key, value] of Object.entries(environment)) {
      terminal.line({ key, value });
      terminal.text(`${key}=${value}`);
    }
    terminal.note("The sandbox is ready. Ctrl-C stops it; its data is kept.");
    const stopped = new Promise<void>((resolve) => onStopSignals({ first: resolve, second: resolve }));
    await Promise.race([stopped, thread.failed.then((error) => Promise.reject(error))]);
    await thread.stop();
    return exitCodes.done;
  } finally {
    lock.release();
  }
}
