import v8 from "node:v8";
import { runInNewContext } from "node:vm";

const afterMs = 5000;

/**
 * Gives memory back when nothing was asked for a while: V8 collects as memory is asked for, so what the start and the last pages left behind stays in a
 * process that nobody uses. Once after each time that it was used, for some 50 ms in which nobody waits.
 * @returns to be called at each request
 */
export function tidyMemory(): () => void {
  v8.setFlagsFromString("--expose-gc");
  const collect: unknown = runInNewContext("gc");
  if (typeof collect !== "function") return () => {};
  const timer = setTimeout(() => void collect(), afterMs);
  timer.unref();
  return () => void timer.refresh();
}
