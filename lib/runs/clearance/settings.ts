import type { Config } from "@/lib/config";
import type { TargetShape } from "@/lib/documents/target-shape";
import {
  type ClearanceRequest,
  type ClearanceSettings,
  clearanceSettingsSchema,
} from "@/lib/shapes/documents/clearance";
import { defaultSample } from "../lifecycle/settings";

/** Larger batches gain little, and keep a paused run waiting for longer. */
const batchDocuments = 1000;
const requestsAtOnce = 4;

/** What a clearance works under, fixed when its plan is made. `shape` is what the names stand for now. */
export function clearanceSettings(of: {
  target: readonly string[];
  shape: TargetShape;
  request: ClearanceRequest;
  /** Bytes of one bulk request that are sensible. */
  bulkBytes: number;
}): ClearanceSettings {
  return clearanceSettingsSchema.parse({
    kind: "clearance",
    target: [...of.target],
    indices: of.shape.indices.map(({ name, settings }) => ({ name, uuid: settings?.uuid ?? null })),
    request: of.request,
    only: "both",
    batchDocuments,
    batchBytes: of.bulkBytes,
    requestsAtOnce,
    documentsPerSecond: null,
    verifySample: defaultSample,
    verifyFull: false,
  });
}

/** The namespaces that a request names, as plans and runs list them: none for all of them. */
export function namesOf({ namespaces }: Pick<ClearanceRequest, "namespaces">): string[] {
  return namespaces === "all" ? [] : namespaces.filter((name) => name !== null);
}

/** The same as it would be for a plan made now: what differs makes the plan stale. */
export function clearanceSettingsNow(
  then: ClearanceSettings,
  { elasticsearch }: Pick<Config, "elasticsearch">,
  shape: TargetShape | null,
): ClearanceSettings {
  return {
    ...then,
    indices: (shape?.indices ?? []).map(({ name, settings }) => ({ name, uuid: settings?.uuid ?? null })),
    request: { ...then.request, namespaceField: elasticsearch.namespaceField },
  };
}

/** What a plan's changes depend on and has moved since, in words. */
export function movedClearance(then: ClearanceSettings, now: ClearanceSettings): string[] {
  const moved: string[] = [];
  const fields = [then.request.namespaceField, now.request.namespaceField];
  if (fields[0] !== fields[1]) moved.push(`the namespace field was ${fields[0]} and is ${fields[1]}`);
  for (const { name, uuid } of then.indices) {
    const index = now.indices.find((one) => one.name === name);
    if (index === undefined) moved.push(`${name} is gone, or doesn't belong to ${then.target.join(", ")} any more`);
    else if (uuid !== null && index.uuid !== null && uuid !== index.uuid)
      moved.push(`${name} was deleted and recreated`);
  }
  for (const { name } of now.indices)
    if (!then.indices.some((one) => one.name === name)) moved.push(`${name} came to ${then.target.join(", ")}`);
  return moved;
}
