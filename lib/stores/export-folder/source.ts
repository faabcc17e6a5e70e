import type { VectorSource } from "../contract";
import { Moments } from "../files/moments";
import { translated } from "./failures";
import { createReads } from "./reads";
import { rootOf } from "./root-of";
import { takeFinished } from "./view";

/** A finished export, to be restored or read. What isn't finished isn't a backup, and is refused in words. */
export function openExportSource(path: string): VectorSource {
  const moments = new Moments(async () => takeFinished(await rootOf(path)));
  return {
    ...createReads((call, work) => translated(call, () => moments.use(true, work))),
    close: () => moments.close(),
  };
}
