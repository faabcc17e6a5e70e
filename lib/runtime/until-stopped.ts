import { exitCodes } from "@/lib/operator-error";
import type { Runtime } from "./open";
import { onStopSignals } from "./signals";

/**
 * Lets a process work until SIGINT or SIGTERM, or until a part of it dies. On the first signal `stop` is called and waited for;
 * the second one doesn't wait.
 * @returns the exit code: 0 after a clean stop, 130 after the second signal, 3 when a part died.
 */
export async function untilStopped(
  runtime: Pick<Runtime, "failed" | "log">,
  say: (line: string) => void,
  stop: () => Promise<void>,
): Promise<number> {
  let unwatch = () => {};
  const stopped = new Promise<number>((resolve, reject) => {
    unwatch = onStopSignals({
      first() {
        say("Stopping after the batches in flight; runs go on at the next start. Ctrl-C again stops at once.");
        stop().then(() => resolve(exitCodes.done), reject);
      },
      second: () => resolve(exitCodes.interrupted),
    });
  });
  const died = runtime.failed.then((error) => {
    runtime.log.error({ error }, `${error.message} Portage stops; nothing committed is lost. Start it again.`);
    return exitCodes.failed;
  });
  try {
    return await Promise.race([stopped, died]);
  } finally {
    unwatch();
  }
}
