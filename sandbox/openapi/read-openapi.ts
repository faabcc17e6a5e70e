import { readFileSync } from "node:fs";
import path from "node:path";
import { Ajv, type ValidateFunction } from "ajv";
import { parse } from "yaml";
import { z } from "zod";

const mediaSchema = z.record(z.string(), z.looseObject({ schema: z.unknown().optional() })).optional();
const operationSchema = z.looseObject({
  parameters: z
    .array(z.looseObject({ in: z.string(), name: z.string(), required: z.boolean().optional(), schema: z.unknown() }))
    .default([]),
  requestBody: z.looseObject({ content: mediaSchema }).optional(),
  responses: z.record(z.string(), z.looseObject({ content: mediaSchema })),
});
const fileSchema = z.looseObject({
  paths: z.record(z.string(), z.record(z.string(), z.unknown())),
  components: z.looseObject({ schemas: z.record(z.string(), z.unknown()) }),
});

export type Operation = z.infer<typeof operationSchema> & { method: string; template: string; pattern: RegExp };

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** 64-bit integers may go as strings in the JSON of gRPC services, and do where the documentation shows counts of namespaces. */
const integerAsText = { type: "string", pattern: "^-?[0-9]+$" };

/**
 * An OpenAPI schema as JSON Schema, made stricter where the file is lenient: no properties that it doesn't name, and the values that
 * it lists as possible are the only ones. Keywords that are nonsense for their type (`minLength` of a list) go.
 */
function tighten(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(tighten);
  if (!isObject(schema)) return schema;
  const { example: _, description: __, title: ___, discriminator: ____, ...rest } = schema;
  const tightened: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(rest)) {
    if (key === "properties" && isObject(value)) {
      tightened.properties = Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, tighten(inner)]));
    } else if (key === "x-enum") tightened.enum = value;
    else if (key === "$ref") tightened.$ref = String(value).replace("#/components/schemas/", "#/$defs/");
    else if (!key.startsWith("x-")) tightened[key] = key === "default" || key === "enum" ? value : tighten(value);
  }
  if (rest.type === "array") {
    if ("minLength" in rest) tightened.minItems = rest.minLength;
    if ("maxLength" in rest) tightened.maxItems = rest.maxLength;
  }
  if (!Array.isArray(rest.properties) && isObject(rest.properties) && !("additionalProperties" in rest)) {
    tightened.additionalProperties = "oneOf" in rest;
  }
  if (rest.type !== "object" && !isObject(rest.properties)) delete tightened.required;
  return rest.type === "integer" && rest.format === "int64" ? { anyOf: [tightened, integerAsText] } : tightened;
}

/** One OpenAPI file: finds the operation of a request and validates JSON against its schemas. */
export class OpenApi {
  readonly operations: Operation[];
  readonly #definitions: unknown;
  readonly #validators = new Map<unknown, ValidateFunction>();
  readonly #ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });

  constructor(file: string) {
    const text = readFileSync(path.join(import.meta.dirname, file), "utf8");
    const parsed = fileSchema.parse(parse(text));
    this.#definitions = Object.fromEntries(
      Object.entries(parsed.components.schemas).map(([name, schema]) => [name, tighten(schema)]),
    );
    this.operations = Object.entries(parsed.paths).flatMap(([template, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({
        ...operationSchema.parse(operation),
        method: method.toUpperCase(),
        template,
        pattern: new RegExp(`^${template.replaceAll(/\{[^}]+\}/g, "[^/]+")}$`),
      })),
    );
  }

  /** The operation of a request; a path without parameters comes before one that has some. */
  find(method: string, pathname: string): Operation | undefined {
    return this.operations
      .filter((operation) => operation.method === method && operation.pattern.test(pathname))
      .sort((left, right) => left.template.split("{").length - right.template.split("{").length)[0];
  }

  /** What is wrong with `value`, in words; nothing when it conforms. */
  check(schema: unknown, value: unknown): string[] {
    let validate = this.#validators.get(schema);
    if (validate === undefined) {
      const tightened = tighten(schema);
      validate = this.#ajv.compile({ ...(isObject(tightened) ? tightened : {}), $defs: this.#definitions });
      this.#validators.set(schema, validate);
    }
    if (validate(value)) return [];
    return (validate.errors ?? []).map(
      ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
    );
  }

  /** The schema of an answer with this status: its own, or that of its class (`4XX`). */
  answerSchema(operation: Operation, status: number): unknown {
    const answer = operation.responses[String(status)] ?? operation.responses[`${Math.floor(status / 100)}XX`];
    return answer?.content?.["application/json"]?.schema;
  }
}
