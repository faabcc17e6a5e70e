import { z } from "zod";
import { clearancePlanSchema, clearanceSettingsSchema } from "@/lib/shapes/documents/clearance";
import { namespacePageSchema, namespaceRowSchema, namespacesSchema } from "@/lib/shapes/namespaces/namespaces";
import { doctorSchema, overviewSchema, settingViewSchema } from "@/lib/shapes/overview";
import { changeDetailSchema, changeSchema } from "@/lib/shapes/plans/change";
import { estimateSchema, planSchema } from "@/lib/shapes/plans/plan";
import { findingSchema } from "@/lib/shapes/runs/reason";
import {
  problemSchema,
  runDetailSchema,
  runEventSchema,
  runSchema,
  runSettingsSchema,
  sampleSchema,
  segmentSchema,
  verdictSchema,
} from "@/lib/shapes/runs/run";
import { webhookMessageSchema } from "@/lib/shapes/schedules/webhook";
import { webhooksDocument } from "./openapi-webhooks";
import { allVerbs, downloads, uploads } from "./registry";

const shapes: Record<string, z.ZodType> = {
  Namespaces: namespacesSchema,
  NamespaceRow: namespaceRowSchema,
  NamespacePage: namespacePageSchema,
  Overview: overviewSchema,
  Setting: settingViewSchema,
  Doctor: doctorSchema,
  Plan: planSchema,
  Change: changeSchema,
  ChangeDetail: changeDetailSchema,
  Estimate: estimateSchema,
  ClearancePlan: clearancePlanSchema,
  ClearanceSettings: clearanceSettingsSchema,
  Run: runSchema,
  RunDetail: runDetailSchema,
  RunEvent: runEventSchema,
  RunSettings: runSettingsSchema,
  Sample: sampleSchema,
  Segment: segmentSchema,
  Verdict: verdictSchema,
  Finding: findingSchema,
  Problem: problemSchema,
  WebhookMessage: webhookMessageSchema,
};

type Json = Record<string, unknown>;

const inputShape = z.object({
  properties: z.record(z.string(), z.record(z.string(), z.unknown())).default({}),
  required: z.array(z.string()).default([]),
});

/** An input's fields as JSON Schema, as they come over the border. */
export function inputFields(input: z.ZodType) {
  return inputShape.parse(z.toJSONSchema(input, { io: "input", unrepresentable: "any" }));
}

/** Of a log line: 64 bits in the database, as large as JSON's numbers are exact. */
const eventNumber = { type: "integer", minimum: 0, maximum: Number.MAX_SAFE_INTEGER };

const errors = {
  default: {
    description: "What happened, what was not lost, what to do next (RFC 9457).",
    content: { "application/problem+json": { schema: { $ref: "#/components/schemas/ProblemDetails" } } },
  },
};

const problemDetails = {
  type: "object",
  required: ["type", "title", "status", "detail", "code", "what", "notLost", "next"],
  properties: {
    type: { type: "string" },
    title: { type: "string" },
    status: { type: "integer" },
    detail: { type: "string" },
    code: { type: "string", description: "Stable word for scripts." },
    what: { type: "string" },
    notLost: { type: "string" },
    next: { type: "string" },
  },
};

function parameters(path: string, fields: ReturnType<typeof inputFields>, queried: boolean): Json[] {
  return Object.entries(fields.properties).flatMap(([name, schema]): Json[] => {
    const inPath = path.includes(`{${name}}`);
    if (!inPath && !queried) return [];
    return [{ name, in: inPath ? "path" : "query", required: inPath || fields.required.includes(name), schema }];
  });
}

function requestBody(path: string, fields: ReturnType<typeof inputFields>): Json {
  const properties = Object.entries(fields.properties).filter(([name]) => !path.includes(`{${name}}`));
  const names = new Set(properties.map(([name]) => name));
  const schema = {
    type: "object",
    properties: Object.fromEntries(properties),
    required: fields.required.filter((name) => names.has(name)),
    additionalProperties: false,
  };
  return { required: schema.required.length > 0, content: { "application/json": { schema } } };
}

/** What every verb answers, by its schema's name: shapes that many share stand once. */
function componentSchemas(): { schemas: Record<string, Json>; answerOf: (name: string) => string } {
  const registry = z.registry<{ id: string }>();
  const nameOf = new Map<z.ZodType, string>();
  for (const [id, schema] of Object.entries(shapes)) {
    registry.add(schema, { id });
    nameOf.set(schema, id);
  }
  const answers = new Map<string, string>();
  for (const { name, output } of [...allVerbs, ...uploads]) {
    const known = nameOf.get(output) ?? `${name.slice(0, 1).toUpperCase()}${name.slice(1)}Answer`;
    if (!nameOf.has(output)) registry.add(output, { id: known });
    nameOf.set(output, known);
    answers.set(name, known);
  }
  const made = z.toJSONSchema(registry, { io: "output", uri: (id) => `#/components/schemas/${id}` });
  const schemas = Object.fromEntries(
    Object.entries(made.schemas).map(([id, { $id: _id, $schema: _schema, ...schema }]): [string, Json] => [id, schema]),
  );
  return { schemas, answerOf: (name) => answers.get(name) ?? name };
}

/** OpenAPI 3.1 of everything under `/api/v1`, made from the registry, and of what webhooks are sent. */
export function openApiDocument(): Json {
  const { schemas, answerOf } = componentSchemas();
  const paths: Record<string, Json> = {};
  const at = (path: string, method: string, operation: Json) => {
    paths[path] = { ...paths[path], [method]: { ...operation, tags: [path.split("/")[1]] } };
  };
  for (const { name, summary, path, method, input } of allVerbs) {
    const fields = inputFields(input);
    const schema = { $ref: `#/components/schemas/${answerOf(name)}` };
    at(path, method.toLowerCase(), {
      operationId: name,
      summary,
      parameters: parameters(path, fields, method === "GET"),
      ...(method === "POST" ? { requestBody: requestBody(path, fields) } : {}),
      responses: { "200": { description: "Done.", content: { "application/json": { schema } } }, ...errors },
    });
  }
  for (const { name, summary, path, input } of downloads) {
    const text = { schema: { type: "string" } };
    at(path, "get", {
      operationId: name,
      summary,
      parameters: parameters(path, inputFields(input), true),
      responses: {
        "200": { description: "The file.", content: { "application/x-ndjson": text, "text/csv": text } },
        ...errors,
      },
    });
  }
  for (const { name, summary, path, input } of uploads) {
    const files = { type: "object", additionalProperties: { type: "string", format: "binary" } };
    at(path, "post", {
      operationId: name,
      summary,
      parameters: parameters(path, inputFields(input), true),
      requestBody: { required: true, content: { "multipart/form-data": { schema: files } } },
      responses: {
        "200": {
          description: "Done.",
          content: { "application/json": { schema: { $ref: `#/components/schemas/${answerOf(name)}` } } },
        },
        ...errors,
      },
    });
  }
  at("/runs/{id}/events", "get", {
    operationId: "watchRun",
    summary:
      "Server-sent events of a run: `run` (Run), `sample` (Sample), `log` (RunEvent), and `end` when it is over.",
    parameters: [
      { name: "id", in: "path", required: true, schema: { type: "string" } },
      { name: "after", in: "query", required: false, schema: eventNumber },
      { name: "Last-Event-ID", in: "header", required: false, schema: eventNumber },
    ],
    responses: {
      "200": { description: "The stream.", content: { "text/event-stream": { schema: { type: "string" } } } },
      ...errors,
    },
  });
  return {
    openapi: "3.1.0",
    info: { title: "Portage", version: "1", description: "Plan, review and apply migrations of vector indexes." },
    servers: [{ url: "/api/v1" }],
    paths,
    webhooks: webhooksDocument(),
    components: { schemas: { ...schemas, ProblemDetails: problemDetails } },
  };
}
