import { isServiceFailure } from "@/lib/failures";
import type { CallOptions, CollectionInfo } from "../contract";
import { type Family, kindWords, readIndexModel, unfitFor } from "./index-model";
import type { Project } from "./project";
import { indexList, namedIndex, parseWire } from "./wire";

const operation = "collections";

/** The project's indexes, each with what it is and whether it is served by this family of calls. One that can't be read stays in the list. */
export async function* listIndexes(
  project: Project,
  family: Family,
  { signal }: CallOptions = {},
): AsyncGenerator<CollectionInfo> {
  const call = { operation, signal };
  const { json } = await project.ask(call, { method: "GET", path: "/indexes" }).catch((error: unknown) => {
    if (!isServiceFailure(error) || error.code !== "invalid") throw error;
    return project.control(call, (client) => client.listIndexes());
  });
  for (const described of parseWire(indexList, json, operation).indexes ?? []) {
    const { name } = parseWire(namedIndex, described, operation);
    try {
      const model = readIndexModel(described, operation);
      const unfit = unfitFor(family, model);
      const shape = { name, dimension: model.dimension, metric: model.metric, sort: kindWords[model.kind] };
      yield unfit ? { ...shape, unfit } : shape;
    } catch (error) {
      if (!isServiceFailure(error) || error.code !== "malformed") throw error;
      const unfit = {
        words: `${name}: ${error.message}`,
        next: "Choose another index, or a newer version of Portage.",
      };
      yield { name, dimension: null, metric: null, sort: kindWords.unknown, unfit };
    }
  }
}
