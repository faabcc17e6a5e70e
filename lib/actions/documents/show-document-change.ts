import { z } from "zod";
import { isValue } from "@/lib/documents/clearance/decide";
import { decodePrint, type Print } from "@/lib/documents/clearance/print";
import type { DocumentKey, Scalar, WholeDocument } from "@/lib/documents/contract";
import type { ClearanceSettings } from "@/lib/shapes/documents/clearance";
import type { Change, ChangeDetail } from "@/lib/shapes/plans/change";
import type { Context } from "../verbs/context";
import type { VerbOptions } from "../verbs/verb";
import { askingDocuments, configuredDocuments } from "./documents";

type Metadata = NonNullable<ChangeDetail["target"]>;

/** Characters of a list or an object that are shown. */
const shownLength = 2000;

/**
 * One document of a plan as it is now, as it would be, and whether it has changed since the review. One request. A problem is shown by what
 * the plan noted: nothing of it is stored that would find it again.
 */
export async function showDocumentChange(
  ctx: Context,
  planId: string,
  change: Change,
  settings: ClearanceSettings,
  options: VerbOptions = {},
): Promise<ChangeDetail> {
  const print = await readPrint(ctx, planId, change);
  const index = print === null ? undefined : settings.indices[print.index]?.name;
  if (print === null || index === undefined) return { change, source: null, target: null, written: null, drift: null };
  const key: DocumentKey = { index, id: change.id, routing: print.routing };
  const now = await askingDocuments(() => configuredDocuments(ctx).readWhole(key, options));
  const { field, value } = settings.request;
  const target = now === null ? null : shownOf(now.source);
  return {
    change,
    source: null,
    target,
    written: target === null ? null : { ...target, [field]: value },
    drift: driftOf(now, print, target?.[field], value, change),
  };
}

const printSchema = z.object({ print: z.string() });

async function readPrint(ctx: Context, planId: string, { id, namespace, kind }: Change): Promise<Print | null> {
  if (kind !== "create" && kind !== "update") return null;
  const [row] = await ctx.database.rows(
    printSchema,
    kind === "update"
      ? `SELECT "targetPrint" AS "print" FROM "Change" WHERE "planId" = $1 AND "kind" = 'update' AND "namespace" = $2 AND "id" = $3 LIMIT 1`
      : `SELECT split_part("createPrints", chr(10), array_position("creates", $3)) AS "print" FROM "Chunk"
          WHERE "planId" = $1 AND "namespace" = $2 AND "createCount" > 0 AND "firstId" COLLATE "C" <= $3::text COLLATE "C"
            AND "lastId" COLLATE "C" >= $3::text COLLATE "C" AND array_position("creates", $3) IS NOT NULL LIMIT 1`,
    [planId, namespace, id],
  );
  return row ? decodePrint(row.print) : null;
}

/** The fields of a document, those inside objects by their path; what is neither plain nor a list of texts as JSON. */
function shownOf(source: Record<string, unknown>, above = ""): Metadata {
  const shown: Metadata = {};
  for (const [name, value] of Object.entries(source)) {
    const path = above + name;
    if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") shown[path] = value;
    else if (Array.isArray(value) && value.every((item) => typeof item === "string")) shown[path] = value;
    else if (isObject(value) && Object.keys(value).length > 0) Object.assign(shown, shownOf(value, `${path}.`));
    else if (value !== null) shown[path] = shorten(JSON.stringify(value));
  }
  return shown;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const shorten = (text: string) => (text.length > shownLength ? `${text.slice(0, shownLength)}…` : text);

function driftOf(
  now: WholeDocument | null,
  print: Print,
  held: Metadata[string] | undefined,
  value: Scalar,
  change: Change,
): string | null {
  const since = "after the plan was made";
  if (now === null) return `It was deleted ${since}.`;
  if (now.seqNo === print.seqNo && now.primaryTerm === print.primaryTerm) return null;
  if (held !== undefined && typeof held !== "object" && isValue(held, value))
    return `It got this value ${since}: nothing is left to do.`;
  const reviewed = change.differences?.[0]?.target;
  if (held === reviewed) return `It was changed elsewhere ${since}; the field is as it was.`;
  return `It got another value ${since}: it will be left alone and reported.`;
}
