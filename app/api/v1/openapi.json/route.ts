import { openApiDocument } from "@/lib/actions/verbs/openapi";

export const runtime = "nodejs";
export const dynamic = "force-dynamic";

/** OpenAPI 3.1 of everything under `/api/v1`. */
export function GET(): Response {
  return Response.json(openApiDocument());
}
