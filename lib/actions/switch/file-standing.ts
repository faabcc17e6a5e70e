import { isDeepStrictEqual } from "node:util";
import type { SwitchStanding } from "@/lib/shapes/cut-over/switch";
import { readSwitchFile } from "@/lib/switch/switch-file";
import type { Context } from "../verbs/context";
import { pathsOf, type SwitchRow } from "./switch-rows";

/** Whether a route's file holds what its last switch wrote. */
export async function fileStanding(
  ctx: Context,
  route: string,
  last: SwitchRow | null,
): Promise<SwitchStanding["file"]> {
  const standing = await readSwitchFile(pathsOf(ctx, route).json).catch(() => "other" as const);
  if (standing === null) return last === null ? "none" : "missing";
  return last !== null && isDeepStrictEqual(standing, last.file) ? "as-written" : "other";
}
