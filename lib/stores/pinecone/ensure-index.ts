import { setTimeout as pause } from "node:timers/promises";
import { isServiceFailure, ServiceFailure } from "@/lib/failures";
import type { CallOptions, Metric } from "../contract";
import { failureOfNetwork, service } from "./failures";
import { type IndexModel, unfitFor } from "./index-model";
import type { Project } from "./project";

export type Whereabouts = { cloud: "aws" | "gcp" | "azure"; region: string };
type Wanted = { name: string; dimension: number; metric: Metric };

const operation = "ensureIndex";
const readyWithinMs = 300_000;

function matchOrThrow(model: IndexModel, wanted: Wanted): void {
  const unfit = unfitFor("vectors", model);
  if (unfit) throw new ServiceFailure({ code: "conflict", service, operation, message: unfit.words, next: unfit.next });
  if (model.dimension === wanted.dimension && model.metric === wanted.metric) return;
  const stands = `${model.dimension ?? "no"} dimensions and the ${model.metric} metric`;
  const message = `Index ${wanted.name} stands already with ${stands}, not ${wanted.dimension} and ${wanted.metric}`;
  throw new ServiceFailure({ code: "conflict", service, operation, message });
}

/** Creates a serverless index when there is none of that name, and waits until it is ready. */
export async function ensureIndex(
  project: Project,
  wanted: Wanted,
  { cloud, region }: Whereabouts,
  { signal }: CallOptions = {},
): Promise<"created" | "matched"> {
  let model = await project.describe(operation, wanted.name, signal);
  let outcome: "created" | "matched" = "matched";
  if (!model) {
    try {
      await project.control({ operation, signal }, (client) =>
        client.createIndex({ ...wanted, spec: { serverless: { cloud, region } } }),
      );
      outcome = "created";
    } catch (error) {
      // Somebody else was faster: their index counts if it has the same shape.
      if (!isServiceFailure(error) || error.code !== "conflict") throw error;
    }
  }
  const end = performance.now() + readyWithinMs;
  for (let pauseMs = 100; ; pauseMs = Math.min(5000, pauseMs * 1.7)) {
    model = await project.describe(operation, wanted.name, signal);
    if (model) {
      matchOrThrow(model, wanted);
      if (model.ready) return outcome;
    }
    if (performance.now() > end) {
      const message = `Index ${wanted.name} wasn't ready within ${readyWithinMs / 1000} s`;
      throw new ServiceFailure({ code: "timeout", service, operation, message });
    }
    try {
      await pause(pauseMs, undefined, { signal });
    } catch (error) {
      throw failureOfNetwork(operation, error, "cancelled");
    }
  }
}
