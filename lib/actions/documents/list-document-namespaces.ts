import { z } from "zod";
import type { NamespaceTally } from "@/lib/documents/contract";
import type { DocumentNamespaces } from "@/lib/shapes/documents/documents";
import type { Context } from "../verbs/context";
import { limitInput, offsetInput } from "../verbs/parse-input";
import { readTallies } from "./document-tallies";

const parts = ["all", "missing", "complete"] as const;
const orders = ["name", "documents", "with", "missing"] as const;

export const listDocumentNamespacesInput = z.strictObject({
  /** Part of a name, in any case. */
  search: z.string().max(512).optional(),
  /** `missing`: with documents that have no level; `complete`: every document has one. */
  only: z.enum(parts).default("all"),
  sort: z.enum(orders).default("name"),
  direction: z.enum(["ascending", "descending"]).default("ascending"),
  offset: offsetInput,
  limit: limitInput,
  /** Counts that are older are read again. */
  since: z.iso.datetime().optional(),
});
type Input = z.infer<typeof listDocumentNamespacesInput>;

const missing = ({ documents, with: having }: NamespaceTally) => documents - having;
/** Code points, as byte order has them; documents without a namespace come first. */
const byName = (one: NamespaceTally, other: NamespaceTally) =>
  one.name === other.name ? 0 : one.name === null || (other.name !== null && one.name < other.name) ? -1 : 1;
const order: Record<(typeof orders)[number], (one: NamespaceTally, other: NamespaceTally) => number> = {
  name: byName,
  documents: (one, other) => one.documents - other.documents,
  with: (one, other) => one.with - other.with,
  missing: (one, other) => missing(one) - missing(other),
};

function matcher({ search, only }: Input): (tally: NamespaceTally) => boolean {
  const wanted = search?.toLowerCase() ?? "";
  return (tally) => {
    if (only !== "all" && missing(tally) > 0 !== (only === "missing")) return false;
    return wanted === "" || (tally.name ?? "").toLowerCase().includes(wanted);
  };
}

const sum = (all: readonly NamespaceTally[], count: (tally: NamespaceTally) => number) =>
  all.reduce((total, tally) => total + count(tally), 0);

/**
 * A page of all namespaces of the documents, with how many documents have a level. Counts are at most about 30 s old. Throws an
 * `OperatorError` when there is no Elasticsearch, or it doesn't answer.
 */
export async function listDocumentNamespaces(ctx: Context, input: Input): Promise<DocumentNamespaces> {
  const { at, namespaces, more } = await readTallies(ctx, input.since ? new Date(input.since).getTime() : 0);
  const found = namespaces.filter(matcher(input));
  const compare = order[input.sort];
  const turn = input.direction === "descending" ? -1 : 1;
  found.sort((one, other) => turn * compare(one, other) || byName(one, other));
  return {
    rows: found.slice(input.offset, input.offset + input.limit),
    matching: found.length,
    totals: {
      namespaces: namespaces.length,
      left: namespaces.filter((tally) => missing(tally) > 0).length,
      documents: sum(namespaces, (tally) => tally.documents),
      with: sum(namespaces, (tally) => tally.with),
    },
    more,
    asOf: new Date(at).toISOString(),
  };
}
