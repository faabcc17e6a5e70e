import type { z } from "zod";
import { inputFields } from "@/lib/actions/verbs/openapi";
import { OperatorError } from "@/lib/operator-error";

type Fields = ReturnType<typeof inputFields>["properties"];
const known = new WeakMap<z.ZodType, Fields>();

function fieldsOf(input: z.ZodType): Fields {
  const fields = known.get(input) ?? inputFields(input).properties;
  known.set(input, fields);
  return fields;
}

/** A value of a query string as its schema wants it; what doesn't fit stays text, and the verb's schema says what is wrong. */
function coerce(text: string, type: unknown): unknown {
  if ((type === "integer" || type === "number") && /^-?\d+(\.\d+)?$/.test(text)) return Number(text);
  if (type === "boolean" && (text === "" || text === "true" || text === "1")) return true;
  if (type === "boolean" && (text === "false" || text === "0")) return false;
  return text;
}

/** The input of a verb from a query string, typed by the verb's own schema; lists repeat their key. */
export function inputFromQuery(input: z.ZodType, query: URLSearchParams): Record<string, unknown> {
  const fields = fieldsOf(input);
  const entries = [...new Set(query.keys())].map((key): [string, unknown] => {
    const values = query.getAll(key);
    const field = fields[key];
    if (field?.type === "array") {
      const items = field.items;
      const type = typeof items === "object" && items !== null && "type" in items ? items.type : "string";
      return [key, values.map((value) => coerce(value, type))];
    }
    const [only] = values;
    return [key, values.length === 1 && only !== undefined ? coerce(only, field?.type) : values];
  });
  return Object.fromEntries(entries);
}

/** Bytes of a request's body that are read: some 50,000 namespaces by name. */
export const largestBody = 4 * 1024 * 1024;

export class BodyRefused extends Error {
  constructor(
    readonly status: 413 | 415,
    readonly code: string,
    readonly next: string,
    message: string,
  ) {
    super(message);
  }
}

async function readText(request: Request): Promise<string> {
  if (!request.body) return "";
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader = request.body.getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    size += part.value.byteLength;
    if (size > largestBody) {
      await reader.cancel();
      throw new BodyRefused(
        413,
        "body-too-large",
        "Send fewer names at a time, or use all: true.",
        "The request's body is larger than 4 MB.",
      );
    }
    chunks.push(part.value);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/**
 * The JSON object in a request's body; `{}` when it is empty. Only `application/json` is taken: a form on a foreign page
 * can't send that without the browser asking first.
 */
export async function inputFromBody(request: Request): Promise<Record<string, unknown>> {
  const type = (request.headers.get("content-type") ?? "").split(";")[0]?.trim().toLowerCase();
  if (type !== "application/json") {
    throw new BodyRefused(
      415,
      "not-json",
      "Send the header content-type: application/json.",
      "The request's body isn't declared as JSON.",
    );
  }
  const text = await readText(request);
  if (text.trim() === "") return {};
  const wrong = new OperatorError({
    kind: "usage",
    code: "invalid-json",
    what: "The request's body isn't a JSON object.",
    notLost: "Nothing was started and nothing was spent.",
    next: "Send one JSON object.",
  });
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw wrong;
  }
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) throw wrong;
  return { ...parsed };
}
