import { z } from "zod";
import { type Answer, type Exchange, json, parseJson } from "@/sandbox/http/exchange";
import {
  describeBySchema,
  describeIndex,
  documentsVersion,
  type IndexRow,
  listIndexes,
  metrics,
  readIndex,
  removeIndex,
  writeIndex,
} from "../indexes";
import { limits } from "../limits";
import { controlProblem } from "../problems";
import type { Shelf } from "../shelf";
import { readSchema } from "./documents/read-schema";

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
const bySchema = (exchange: Exchange) => (exchange.header("x-pinecone-api-version") ?? "") >= documentsVersion;
const describe = (desk: ControlDesk, exchange: Exchange, row: IndexRow) =>
  (bySchema(exchange) ? describeBySchema : describeIndex)(row, desk.url(), isReady(desk, row));
/** How an older client sees a document index isn't documented; here it doesn't. */
const isSeen = (exchange: Exchange, row: IndexRow) => bySchema(exchange) || row.fields === null;
const notFound = () => controlProblem(404, "NOT_FOUND", "Resource not found");

/** GET /indexes */
export function listAll(desk: ControlDesk, exchange: Exchange): Answer {
  const rows = listIndexes(desk.shelf.storage).filter((row) => isSeen(exchange, row));
  return json(200, { indexes: rows.map((row) => describe(desk, exchange, row)) });
}

/** GET /indexes/{name} */
export function describeOne(desk: ControlDesk, exchange: Exchange, name: string): Answer {
  const row = readIndex(desk.shelf.storage, name);
  return row === null || !isSeen(exchange, row) ? notFound() : json(200, describe(desk, exchange, row));
}

/** POST /indexes: ready after a moment, as the service's. */
export async function create(desk: ControlDesk, exchange: Exchange): Promise<Answer> {
  const body = parseJson(exchange.body);
  if (bySchema(exchange) && typeof body === "object" && body !== null && "schema" in body) {
    const made = readSchema(body);
    return "wrong" in made ? controlProblem(made.status, made.code, made.wrong) : make(desk, exchange, made);
  }
  const parsed = createSchema.safeParse(body);
  if (!parsed.success) return controlProblem(422, "UNPROCESSABLE_ENTITY", z.prettifyError(parsed.error));
  const wanted = parsed.data;
  const sparse = wanted.vector_type === "sparse";
  if (sparse === (wanted.dimension !== undefined)) {
    const words = sparse ? "must not be given for a sparse index" : "is required for a dense index";
    return controlProblem(400, "INVALID_ARGUMENT", `Dimension ${words}`);
  }
  return make(desk, exchange, {
    name: wanted.name,
    dimension: wanted.dimension ?? null,
    metric: wanted.metric ?? (sparse ? "dotproduct" : "cosine"),
    cloud: wanted.spec.serverless.cloud,
    region: wanted.spec.serverless.region,
    deletionProtection: wanted.deletion_protection,
    tags: wanted.tags,
    fields: null,
  });
}

async function make(
  desk: ControlDesk,
  exchange: Exchange,
  wanted: Omit<IndexRow, "createdAt" | "salt">,
): Promise<Answer> {
  if (!indexName.test(wanted.name) || wanted.name.length > limits.indexNameLength) {
    return controlProblem(
      400,
      "INVALID_ARGUMENT",
      `Index name must be 1 to ${limits.indexNameLength} lower case letters, digits or hyphens, and must not begin or end with a hyphen.`,
    );
  }
  if (readIndex(desk.shelf.storage, wanted.name))
    return controlProblem(409, "ALREADY_EXISTS", "Resource already exists");
  const row: IndexRow = { ...wanted, createdAt: desk.shelf.clock.now(), salt: 0 };
  await writeIndex(desk.shelf.storage, row);
  return json(201, describe(desk, exchange, row));
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
