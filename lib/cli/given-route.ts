import type { z } from "zod";
import { readTextFields, textFieldsForm } from "@/lib/shapes/routes/index-fields";
import type { routeDefinitionSchema } from "@/lib/shapes/routes/route";
import { givenRecordRules } from "./given-records";
import { list, oneOf, refuse } from "./option-values";

/** Options that say what a route is. */
export type RouteOptions = {
  from?: string;
  to?: string;
  embed?: string;
  text?: string;
  template?: string;
  longText?: string;
  updates?: string;
  namespaces?: string;
  nested?: string;
  ids?: string;
  rename?: string;
  drop?: string;
  set?: string;
  duplicates?: string;
  overflow?: string;
  keep?: string;
  moveStatus?: boolean;
  vectorField?: string;
  sparseField?: string;
  textFields?: string;
  owned?: string;
  clearanceLevel?: string;
};

type Given = z.input<typeof routeDefinitionSchema>;

/** `CONNECTION:COLLECTION`; a store that holds one collection needs none behind the colon. */
function endOf(option: string, text: string | undefined): Given["source"] {
  const [, connection = "", collection = ""] = /^([^:]+)(?::(.*))?$/s.exec(text ?? "") ?? [];
  if (connection === "") throw refuse(option, text ?? "", "CONNECTION:COLLECTION");
  return { connection, collection };
}

function namespacesOf(text: string | undefined): Given["namespaces"] {
  if (text === undefined || text === "keep") return { keep: true };
  if (text.startsWith("into:")) return { into: text.slice("into:".length).replace(/^__default__$/, "") };
  const pairs = list(text).map((pair) => pair.split("=").map((part) => (part === "__default__" ? "" : part)));
  if (pairs.length === 0 || pairs.some((pair) => pair.length !== 2))
    throw refuse("--namespaces", text, "keep, into:NAME or OLD=NEW,OLD=NEW");
  return { pairs: Object.fromEntries(pairs) };
}

function vectorsOf(options: RouteOptions): Given["vectors"] {
  const { embed, text, template, longText, updates } = options;
  if (embed === undefined || embed === "none") return { from: "source" };
  const rules = {
    longText: oneOf("--long-text", longText, ["truncate", "skip"] as const),
    updates: oneOf("--updates", updates, ["when-text-changed", "always"] as const),
  };
  return {
    from: "text",
    embedder: embed,
    text: template === undefined ? { keys: list(text ?? "text") } : { template: template.replaceAll("\\n", "\n") },
    ...(rules.longText === undefined ? {} : { longText: rules.longText }),
    ...(rules.updates === undefined ? {} : { updates: rules.updates }),
  };
}

/** The table of whole metadata, and what stays at the vector. */
function overflowOf({ overflow, keep, moveStatus }: RouteOptions): Pick<Given, "overflow"> {
  if (overflow === undefined) {
    if (moveStatus) throw refuse("--move-status", "", "given together with --overflow CONNECTION:TABLE");
    if (keep !== undefined) throw refuse("--keep", keep, "given together with --overflow CONNECTION:TABLE");
    return {};
  }
  const { connection, collection } = endOf("--overflow", overflow);
  return {
    overflow: {
      connection,
      ...(collection === "" ? {} : { table: collection }),
      ...(keep === undefined || keep === "fits" ? {} : { keep: list(keep) }),
      ...(moveStatus ? { status: true } : {}),
    },
  };
}

/** Named fields of the target's index. */
function targetFieldsOf({ vectorField, sparseField, textFields }: RouteOptions): Pick<Given, "targetFields"> {
  if (vectorField === undefined && sparseField === undefined && textFields === undefined) return {};
  const texts = textFields === undefined ? undefined : readTextFields(textFields === "none" ? "" : textFields);
  if (texts === null) throw refuse("--text-fields", textFields ?? "", `${textFieldsForm}, or none`);
  return {
    targetFields: {
      ...(vectorField === undefined ? {} : { vector: vectorField }),
      ...(sparseField === undefined ? {} : { sparse: sparseField }),
      ...(texts === undefined ? {} : { texts }),
    },
  };
}

/** A route as its options say. Throws an `OperatorError` that names the option which doesn't fit. */
export function givenRoute(options: RouteOptions): Given {
  const { clearanceLevel: level, owned } = options;
  const nested = oneOf("--nested", options.nested, ["problem", "as-json-text", "flatten"] as const);
  if (level !== undefined && level !== "none" && !/^\d{1,9}$/.test(level))
    throw refuse("--clearance-level", level, "a whole number, or none");
  return {
    source: endOf("--from", options.from),
    target: endOf("--to", options.to),
    namespaces: namespacesOf(options.namespaces),
    vectors: vectorsOf(options),
    ...(nested === undefined ? {} : { nested }),
    ...givenRecordRules(options),
    ...overflowOf(options),
    ...targetFieldsOf(options),
    ...(owned === undefined ? {} : { owned: list(owned) }),
    ...(level === undefined || level === "none" ? {} : { clearanceLevel: Number(level) }),
  };
}
