import { z } from "zod";
import { type Answer, type Exchange, json, parseJson } from "@/sandbox/http/exchange";
import { describeIndex, type IndexRow, listIndexes, metrics, readIndex, removeIndex, writeIndex } from "../indexes";
import { limits } from "../limits";
import { controlProblem } from "../problems";
import type { Shelf } from "../shelf";

/** What control plane routes work with. `readyAfterMs`: how long a new index takes until it is ready. */
export type ControlDesk = { shelf: Shelf; url(): string; readyAfterMs: number };

const createSchema = z.object({
  name: z.string(),
  dimension: z.number().int().min(1).max(limits.dimensions).optional(),
  metric: z.enum(metrics).optional(),
  vector_type: z.enum(["dense", "sparse"]).default("dense"),
  deletion_protection: z.enum(["enabled", "disabled"]).default("disabled"),
  tags: z.record(z.string(), z.string()).default({}),
  spec: z.object({ serverless: z.object({ cloud: z.enum(["aws", "gcp", "azure"]), region: z.string() }) }),
});

const indexName = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/;

const isReady = (desk: ControlDesk, row: IndexRow) => desk.shelf.clock.now() >= row.createdAt + desk.readyAfterMs;
const describe = (desk: ControlDesk, row: IndexRow) => describeIndex(row, desk.url(), isReady(desk, row));
const notFound = () => controlProblem(404, "NOT_FOUND", "Resource not found");

/** GET /indexes */
export function listAll(desk: ControlDesk): Answer {
  return json(200, { indexes: listIndexes(desk.shelf.storage).map((row) => describe(desk, row)) });
}

/** GET /indexes/{name} */
export function describeOne(desk: ControlDesk, name: string): Answer {
  const row = readIndex(desk.shelf.storage, name);
  return row === null ? notFound() : json(200, describe(desk, row));
}

/** POST /indexes: ready after a moment, as the service's. */
export async function create(desk: ControlDesk, exchange: Exchange): Promise<Answer> {
  const parsed = createSchema.safeParse(parseJson(exchange.body));
  if (!parsed.success) return controlProblem(422, "UNPROCESSABLE_ENTITY", z.prettifyError(parsed.error));
  const wanted = parsed.data;
  if (!indexName.test(wanted.name) || wanted.name.length > limits.indexNameLength) {
    return controlProblem(
      400,
      "INVALID_ARGUMENT",
      `Index name must be 1 to ${limits.indexNameLength} lower case letters, digits or hyphens, and must not begin or end with a hyphen.`,
    );
  }
  const sparse = wanted.vector_type === "sparse";
  if (sparse === (wanted.dimension !== undefined)) {
    const words = sparse ? "must not be given for a sparse index" : "is required for a dense index";
    return controlProblem(400, "INVALID_ARGUMENT", `Dimension ${words}`);
  }
  if (readIndex(desk.shelf.storage, wanted.name))
    return controlProblem(409, "ALREADY_EXISTS", "Resource already exists");
  const row: IndexRow = {
    name: wanted.name,
    dimension: wanted.dimension ?? null,
    metric: wanted.metric ?? (sparse ? "dotproduct" : "cosine"),
    cloud: wanted.spec.serverless.cloud,
    region: wanted.spec.serverless.region,
    deletionProtection: wanted.deletion_protection,
    tags: wanted.tags,
    createdAt: desk.shelf.clock.now(),
    salt: 0,
  };
  await writeIndex(desk.shelf.storage, row);
  return json(201, describe(desk, row));
}

/** DELETE /indexes/{name}: with all that it holds. */
export async function remove(desk: ControlDesk, name: string): Promise<Answer> {
  const row = readIndex(desk.shelf.storage, name);
  if (row === null) return notFound();
  if (row.deletionProtection === "enabled") {
    return controlProblem(
      403,
      "FORBIDDEN",
      "Deletion protection is enabled for this index. Disable deletion protection before retrying.",
    );
  }
  for (const place of [...desk.shelf.places(name)]) await desk.shelf.remove(name, place.namespace);
  await removeIndex(desk.shelf.storage, name);
  return { status: 202, body: Buffer.alloc(0) };
}
