import { codeShown, type FailureCode, isServiceFailure, type ServiceFailure } from "@/lib/failures";
import { isOperatorError, OperatorError, type OperatorErrorKind } from "@/lib/operator-error";
import { routeOf } from "@/lib/routes/route-now";
import { settingOf } from "@/lib/routes/set-by";
import { defaultRoute } from "@/lib/shapes/names";
import type { Context } from "./context";

/** Which of the connections was used: one of the environment, or a named one with what its key and its address are called. */
export type Connection = "source" | "target" | "embedder" | "documents" | NamedConnection;
export type NamedConnection = { name: string; key: string; address: string };

const ofEnvironment = {
  source: { key: "PINECONE_API_KEY", address: "PINECONE_CONTROLLER_HOST" },
  target: {
    key: "PINECONE_TARGET_API_KEY (or PINECONE_API_KEY)",
    address: "PINECONE_TARGET_CONTROLLER_HOST (or PINECONE_CONTROLLER_HOST)",
  },
  embedder: { key: "GOOGLE_AI_API_KEY", address: "GOOGLE_GEMINI_BASE_URL" },
  documents: {
    key: "ELASTICSEARCH_API_KEY, or ELASTICSEARCH_USERNAME and ELASTICSEARCH_PASSWORD",
    address: "ELASTICSEARCH_ENDPOINT",
  },
} as const;

/** What is added to a command so that it goes along the same route. */
export function routeFlag(ctx: Context): string {
  const { name } = routeOf(ctx);
  return name === defaultRoute ? "" : ` --route ${name}`;
}

/** How the connection is told apart from others of its service. */
function nameOf(connection: Connection): string | null {
  if (typeof connection !== "string") return connection.name;
  return connection === "source" || connection === "target" ? connection : null;
}

type Words = { kind: OperatorErrorKind; code: string; what: string; next: string };

/** What a failed call means to an operator, by its code: what is wrong and what to do. */
export function wordsFor(failure: ServiceFailure, connection: Connection): Words {
  const { service, message, quota, until } = failure;
  const { key, address } = typeof connection === "string" ? ofEnvironment[connection] : connection;
  const name = nameOf(connection);
  const by = name === null ? service : `${service} (${name})`;
  const failed = (code: string, what: string, next: string): Words => ({ kind: "failed", code, what, next });
  const usage = (code: string, what: string, next: string): Words => ({ kind: "usage", code, what, next });
  const words: Record<FailureCode, () => Words> = {
    auth: () => usage(codeShown("auth"), `${by} refused the key: ${message}.`, `Check ${key}.`),
    "not-permitted": () =>
      failed(
        "not-permitted",
        `${by} doesn't permit it: ${message}.`,
        "Check what this key's account, plan, region and model may do (quota, billing), or set another model or key.",
      ),
    "not-ready": () =>
      failed(
        "not-ready",
        `${by} isn't ready yet: ${message}.`,
        "Try again in a minute; if it stays so, check the index in the service's console.",
      ),
    endless: () =>
      failed(
        "endless-listing",
        `${message}.`,
        `Try again; if it stays so, check ${address} and report it to the service.`,
      ),
    certificate: () => usage("untrusted-certificate", `${by} can't be trusted: ${message}.`, `Check ${address}.`),
    "not-found": () =>
      usage(
        "unknown-index",
        `${by} doesn't know what was asked for: ${message}.`,
        "Check the index's or model's name.",
      ),
    throttled: () =>
      failed("throttled", `${by} asks to go slower${quota ? ` (${quota})` : ""}.`, "Try again in a minute."),
    exhausted: () =>
      failed(
        "exhausted",
        `${by} has no allowance left${quota ? ` (${quota})` : ""}.`,
        until ? `Try again after ${until.toISOString()}.` : "Try again when the allowance is renewed.",
      ),
    unavailable: () => failed("unavailable", `${by} answers with an error: ${message}.`, "Try again in a minute."),
    connection: () => failed("unreachable", `${by} can't be reached: ${message}.`, `Check the network and ${address}.`),
    timeout: () => failed("timeout", `${by} didn't answer in time.`, `Check the network and ${address}.`),
    malformed: () => failed("malformed", `${by} answered with something else: ${message}.`, `Check ${address}.`),
    disorder: () =>
      failed(
        "listing-disorder",
        `${by} broke its own order: ${message}.`,
        "Try again; if it stays so, report it to the service.",
      ),
    conflict: () => usage("conflict", `${by} refused: ${message}.`, "Check the index's shape."),
    invalid: () => usage("refused", `${by} refused the request: ${message}.`, "Check the configuration."),
    "too-large": () =>
      usage("too-large", `${by} refused the request as too large: ${message}.`, "Use smaller batches."),
    aborted: () => ({
      kind: "interrupted",
      code: "interrupted",
      what: "The request was cancelled.",
      next: "Try again.",
    }),
    unknown: () => failed("service-failed", `${by} failed: ${message}.`, "Try again; the log holds the details."),
  };
  const found = words[failure.code]();
  return { ...found, next: failure.next ?? found.next, what: found.what.replace(/\.\.$/, ".") };
}

/** An `OperatorError` for a failed call; any other error as it is. */
export function asOperatorError(error: unknown, connection: Connection): unknown {
  if (!isServiceFailure(error) || isOperatorError(error)) return error;
  return new OperatorError({
    ...wordsFor(error, connection),
    notLost: "Nothing was written and nothing was spent.",
    cause: error,
  });
}

/** What names a side's index, or the embedder's model or dimension, on the route that is worked on: a variable, the route or its connection. */
export function setBy(ctx: Context, what: Parameters<typeof settingOf>[1]): string {
  return settingOf(routeOf(ctx), what);
}

/** Of a side whose index isn't there; a store that is one collection has no name for it. */
export function isMissingWords(ctx: Context, side: "source" | "target"): string {
  const { index } = routeOf(ctx)[side];
  const { service } = ctx[side];
  return index === ""
    ? `The ${side} (${service}) isn't there.`
    : `The ${side} index ${index} doesn't exist in ${service}.`;
}

/** What an operator reads when an index of the configuration isn't there. */
export function unknownIndex(ctx: Context, side: "source" | "target"): OperatorError {
  return new OperatorError({
    kind: "usage",
    code: "unknown-index",
    what: isMissingWords(ctx, side),
    notLost: "Nothing was written and nothing was spent.",
    next: `Set ${setBy(ctx, side)} to one that is there, or check the key.`,
  });
}
