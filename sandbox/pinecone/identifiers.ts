import { limits } from "./limits";
import { Refusal } from "./problems";

/** How the service calls the namespace without a name, in requests and answers since API version 2025-04. */
export const defaultNamespace = "__default__";

/** Namespace of a request: both names of the default one mean `""`. */
export function toNamespace(name: string | null | undefined): string {
  return name === undefined || name === null || name === defaultNamespace ? "" : name;
}

/** Namespace as an answer names it. */
export function fromNamespace(name: string): string {
  return name === "" ? defaultNamespace : name;
}

/** ASCII without NUL, as the identifier limits say. */
function isAscii(name: string): boolean {
  for (let at = 0; at < name.length; at++) {
    const unit = name.charCodeAt(at);
    if (unit === 0 || unit > 127) return false;
  }
  return true;
}

export function checkId(id: unknown, at: number): string {
  if (typeof id !== "string" || id === "")
    throw new Refusal("invalid", `Vector ID at position ${at} is missing or empty`);
  if (id.length > limits.idLength) {
    throw new Refusal(
      "invalid",
      `Vector ID is ${id.length} characters long, which exceeds the limit of ${limits.idLength}`,
    );
  }
  if (!isAscii(id)) throw new Refusal("invalid", `Vector ID must be ASCII, but got '${id}'`);
  return id;
}

export function checkNamespace(name: string): string {
  if (name.length > limits.namespaceLength) {
    throw new Refusal(
      "invalid",
      `Namespace is ${name.length} characters long, which exceeds the limit of ${limits.namespaceLength}`,
    );
  }
  if (!isAscii(name)) throw new Refusal("invalid", `Namespace must be ASCII, but got '${name}'`);
  return name;
}

/** A page's place, opaque to clients: it carries what it belongs to, and is refused anywhere else. */
export function encodeToken(scope: string, after: string): string {
  return Buffer.from(JSON.stringify([scope, after])).toString("base64url");
}

export function decodeToken(scope: string, token: string | null | undefined): string | undefined {
  if (token === undefined || token === null || token === "") return undefined;
  try {
    const parsed: unknown = JSON.parse(Buffer.from(token, "base64url").toString("utf8"));
    if (Array.isArray(parsed) && parsed[0] === scope && typeof parsed[1] === "string") return parsed[1];
  } catch {
    // Not one of ours: refused below.
  }
  throw new Refusal("invalid", "Invalid pagination token");
}

/** `limit` of a request, between 1 and the largest page. */
export function readLimit(text: string | null, largest: number): number {
  if (text === null || text === "") return largest;
  const limit = Number(text);
  if (!Number.isInteger(limit) || limit < 1 || limit > largest) {
    throw new Refusal("invalid", `Limit must be between 1 and ${largest}, but got ${text}`);
  }
  return limit;
}
