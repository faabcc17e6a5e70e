import { setTimeout as pause } from "node:timers/promises";
import { isServiceFailure, ServiceFailure } from "@/lib/failures";
import type { ShownFields } from "@/lib/shapes/routes/route-preview";
import type { Step, TargetSteps } from "@/lib/shapes/runs/steps";
import type { CallOptions, NewIndex } from "../contract";
import type { Whereabouts } from "../pinecone/ensure-index";
import { failureOfNetwork, service } from "../pinecone/failures";
import { type DocumentSchema, type IndexModel, unfitFor } from "../pinecone/index-model";
import type { Project } from "../pinecone/project";
import { missingFields, schemaBody, schemaDifferences, schemaFault, schemaFor, type Wanted } from "./schema";

const operation = "ensureIndex";
const readyWithinMs = 300_000;

/** What a new index is made of, and where. */
export type Making = Wanted & { whereabouts: Whereabouts };

const conflict = (message: string, next?: string) =>
  new ServiceFailure({ code: "conflict", service, operation, message, ...(next !== undefined && { next }) });

const otherFields =
  "Fields of an index that stands can't be changed: name in the route those that it has, or choose another index.";

/** The request that makes the index, as it is sent. */
function creation(making: Making, shape: NewIndex) {
  const { cloud, region } = making.whereabouts;
  return {
    name: shape.name,
    schema: schemaBody(schemaFor(making, shape)),
    deployment: { deployment_type: "managed", cloud, region },
  };
}

/** A new index's schema, for an operator to see before it is made: nothing of it can be changed afterwards. */
export async function stepsFor(
  project: Project,
  making: Making,
  shape: NewIndex,
  { signal }: CallOptions = {},
): Promise<TargetSteps> {
  const model = await project.describe("inspect", shape.name, signal);
  const wanted = schemaFor(making, shape);
  if (model) {
    const notes = model.documents ? schemaDifferences(model.documents, wanted, making.fields).notes : [];
    return { steps: [], notes, query: null };
  }
  const fields = [
    `${wanted.dense?.name} (vectors of ${shape.dimension}, ${shape.metric})`,
    ...(wanted.sparse === null ? [] : [`${wanted.sparse} (sparse values)`]),
    ...wanted.texts.map(
      ({ name, language, stemming }) => `${name} (full-text search, ${language}${stemming ? " with stemming" : ""})`,
    ),
  ].join(", ");
  const made: Step = {
    when: "before",
    what: `Makes the document index ${shape.name}: ${fields}. All else stays metadata`,
    statement: `POST /indexes ${JSON.stringify(creation(making, shape))}`,
    by: "portage",
  };
  const notes = [
    "Fields, languages and stemming are final once the index is made. Change them before that, in the route or in its connection's settings, and plan again.",
    ...(wanted.sparse === null
      ? [
          "It will take no sparse values: name a sparse field, in the route or in its connection's settings, if there are some.",
        ]
      : []),
  ];
  return { steps: [made], notes, query: null };
}

/** Where the parts of a record go, in the index as it stands or as it would be made. */
export async function shownFields(
  project: Project,
  making: Making,
  shape: NewIndex,
  { signal }: CallOptions = {},
): Promise<ShownFields> {
  const model = await project.describe("inspect", shape.name, signal);
  const wanted = schemaFor(making, shape);
  const stands = model?.documents ?? null;
  // Another kind of index is refused for what it is.
  if (model && !stands) return { fields: [], stops: [], notes: [] };
  const fault = stands ? null : schemaFault(wanted);
  // Dimension and metric are compared for every kind of store alike.
  const stops = stands ? missingFields(stands, making.fields ?? {}) : fault === null ? [] : [fault];
  const notes = stands ? schemaDifferences(stands, wanted, making.fields).notes : [];
  const { dense, sparse, texts, required } = stands ?? wanted;
  const field = (name: string, holds: string) => ({ name, holds, required: required.includes(name) });
  return {
    fields: [
      ...(dense ? [field(dense.name, `vectors of ${dense.dimension.toLocaleString("en-US")}, ${dense.metric}`)] : []),
      ...(sparse === null ? [] : [field(sparse, "sparse values")]),
      ...texts.map(({ name, language, stemming }) =>
        field(name, `metadata key ${name}, full-text search (${language}${stemming ? " with stemming" : ""})`),
      ),
      ...required
        .filter((name) => name !== dense?.name && name !== sparse && !texts.some((text) => text.name === name))
        .map((name) => field(name, `metadata key ${name}`)),
    ],
    stops,
    notes,
  };
}

/** Refuses a standing index that lacks a field which the route names: before anything is paid for. */
export function refuseWithoutNamed(index: string, stands: DocumentSchema, making: Making): void {
  const stops = missingFields(stands, making.fields ?? {});
  if (stops.length > 0)
    throw conflict(`Index ${index} can't be written as the route says: ${stops.join("; ")}`, otherFields);
}

function matchOrThrow(model: IndexModel, making: Making, shape: NewIndex): void {
  const unfit = unfitFor("documents", model);
  if (unfit) throw conflict(unfit.words, unfit.next);
  if (!model.documents) return;
  const { stops } = schemaDifferences(model.documents, schemaFor(making, shape), making.fields);
  if (stops.length > 0) throw conflict(`Index ${shape.name} stands already, and ${stops.join("; ")}`, otherFields);
}

/** Makes a document index when there is none of that name, and waits until it is ready. */
export async function ensureIndex(
  project: Project,
  making: Making,
  shape: NewIndex & { steps?: readonly Step[] },
  { signal }: CallOptions = {},
): Promise<"created" | "matched"> {
  let model = await project.describe(operation, shape.name, signal);
  let outcome: "created" | "matched" = "matched";
  if (!model) {
    const fault = schemaFault(schemaFor(making, shape));
    if (fault !== null) throw conflict(fault, "Change the names of the fields in the connection's settings.");
    const body = creation(making, shape);
    const agreed = shape.steps?.find(({ when }) => when === "before");
    if (agreed && agreed.statement !== `POST /indexes ${JSON.stringify(body)}`)
      throw conflict(
        `The settings for ${shape.name} aren't those that were agreed to: it would be made with another schema`,
        "Plan again, and look at the schema before applying.",
      );
    try {
      await project.ask({ operation, signal }, { method: "POST", path: "/indexes", body });
      outcome = "created";
    } catch (error) {
      // Somebody else was faster: their index counts if it can hold the same.
      if (!isServiceFailure(error) || error.code !== "conflict") throw error;
    }
  }
  const end = performance.now() + readyWithinMs;
  for (let pauseMs = 100; ; pauseMs = Math.min(5000, pauseMs * 1.7)) {
    model = await project.describe(operation, shape.name, signal);
    if (model) {
      if (model.ready || model.documents) matchOrThrow(model, making, shape);
      if (model.ready) return outcome;
    }
    if (performance.now() > end) {
      const message = `Index ${shape.name} wasn't ready within ${readyWithinMs / 1000} s`;
      throw new ServiceFailure({ code: "timeout", service, operation, message });
    }
    try {
      await pause(pauseMs, undefined, { signal });
    } catch (error) {
      throw failureOfNetwork(operation, error, "cancelled");
    }
  }
}
