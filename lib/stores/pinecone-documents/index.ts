import type { VectorSource, VectorTarget } from "../contract";
import { openProject, type ProjectOptions } from "../pinecone/project";
import type { Making } from "./ensure-index";
import { Schemas } from "./schemas";
import { createDocumentSource } from "./source";
import { createDocumentTarget } from "./target";

/** The document indexes of one API key, to read only. Nothing is asked before the first call. */
export function openDocumentSource(options: ProjectOptions): VectorSource {
  const project = openProject(options);
  return createDocumentSource(project, new Schemas(project));
}

/** The same to read and write. A missing index is made as `making` says. */
export function openDocumentTarget(options: ProjectOptions, making: Making): VectorTarget {
  const project = openProject(options);
  return createDocumentTarget(project, new Schemas(project), making);
}
