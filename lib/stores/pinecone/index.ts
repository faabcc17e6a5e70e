import type { VectorSource, VectorTarget } from "../contract";
import type { Whereabouts } from "./ensure-index";
import { openProject, type ProjectOptions } from "./project";
import { createSource } from "./source";
import { createTarget } from "./target";

/** The indexes of one API key, to read only. Nothing is asked before the first call. */
export function openPineconeSource(options: ProjectOptions): VectorSource {
  return createSource(openProject(options));
}

/** The indexes of one API key, to read and write. A missing index is created in `whereabouts`. */
export function openPineconeTarget(options: ProjectOptions, whereabouts: Whereabouts): VectorTarget {
  return createTarget(openProject(options), whereabouts);
}

export type { ProjectOptions, Whereabouts };
