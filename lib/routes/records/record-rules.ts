import type { TextRules } from "@/lib/plan/text";
import type { FieldRule, RouteDefinition, TextRule } from "@/lib/shapes/routes/route";
import type { StoreCapabilities } from "@/lib/stores/contract";
import type { IdMaking } from "./target-id";

/** What becomes of records on a route, but for their namespaces and vectors. */
export type RecordRules = {
  ids: IdMaking;
  fields: readonly FieldRule[];
  duplicates: RouteDefinition["duplicates"];
  text: TextRules;
};

/** The rules of a route, toward a target that can so much. */
export function recordRulesOf(
  { ids, fields, duplicates, text }: Pick<RouteDefinition, "ids" | "fields" | "duplicates"> & { text: TextRule },
  can: StoreCapabilities,
): RecordRules {
  return {
    ids: { rule: ids, encodes: can.ids === "printable-ascii" },
    fields,
    duplicates,
    text: { textKey: "keys" in text ? (text.keys[0] ?? "text") : "text", text },
  };
}

/** Whether any of the rules does anything. */
export const changesRecords = ({ ids, fields, duplicates }: RecordRules): boolean =>
  !("keep" in ids.rule) || fields.length > 0 || duplicates !== "keep";
