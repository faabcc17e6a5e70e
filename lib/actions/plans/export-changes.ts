import { z } from "zod";
import type { Change } from "@/lib/shapes/plans/change";
import { exportFormats, writeRows } from "../answers/csv";
import type { Context } from "../verbs/context";
import { changeFilters } from "./change-input";
import { type ChangesPage, type PageCursor, readChangePage } from "./change-view";
import { readPlan } from "./plan-view";

export const exportChangesInput = z.strictObject({ ...changeFilters, format: z.enum(exportFormats).default("jsonl") });

const columns = [
  "namespace",
  "index",
  "id",
  "kind",
  "excluded",
  "textChanged",
  "sign",
  "key",
  "source",
  "target",
  "reason",
  "detail",
] as const;
type Line = Record<(typeof columns)[number], string | number | null>;
const pageSize = 500;

async function* pages(
  ctx: Context,
  filters: z.infer<z.ZodObject<typeof changeFilters>>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Change[]> {
  for (let after: PageCursor | null = null; ; ) {
    signal?.throwIfAborted();
    const page: ChangesPage = await readChangePage(ctx.database, filters, after, { limit: pageSize, until: null });
    yield page.changes;
    if (page.next === null) return;
    after = page.next;
  }
}

const signWords = { "+": "only in source", "-": "only in target", "~": "differs" } as const;
/** Documents have no source: the column `source` holds what is set. */
const signWordsOfDocuments = { "+": "to be set", "-": "only in target", "~": "to be overwritten" } as const;
type SignWords = Record<keyof typeof signWords, string>;

/** One line a differing key, so that a spreadsheet can filter by it; a change without any has one line of its own. */
function linesOf(change: Change, words: SignWords): Line[] {
  const common = {
    namespace: change.namespace,
    index: change.index ?? null,
    id: change.id,
    kind: change.kind,
    excluded: String(change.excluded),
    textChanged: change.textChanged === undefined ? null : String(change.textChanged),
    reason: change.reason ?? null,
    detail: change.detail ?? null,
  };
  const cell = (value: unknown) =>
    value === undefined ? null : typeof value === "string" ? value : JSON.stringify(value);
  const differences = change.differences ?? [];
  if (differences.length === 0) return [{ ...common, sign: null, key: null, source: null, target: null }];
  return differences.map(({ sign, key, source, target }) => ({
    ...common,
    // A cell that is a plus or a minus would be taken for a formula.
    sign: words[sign],
    key,
    source: cell(source),
    target: cell(target),
  }));
}

async function* asLines(changes: AsyncIterable<Change[]>, words: SignWords): AsyncGenerator<Line[]> {
  for await (const page of changes) yield page.flatMap((change) => linesOf(change, words));
}

async function* asJson(changes: AsyncIterable<Change[]>): AsyncGenerator<string> {
  for await (const page of changes) yield page.map((change) => `${JSON.stringify(change)}\n`).join("");
}

/**
 * A plan's changes as chunks of text, whole values, in constant memory: a JSON document a change, or a CSV line a differing key.
 * Throws an `OperatorError` (`plan-not-found`) before the first chunk.
 */
export async function exportChanges(
  ctx: Context,
  input: z.infer<typeof exportChangesInput>,
  options: { signal?: AbortSignal } = {},
): Promise<AsyncGenerator<string>> {
  const { kind } = await readPlan(ctx.database, input.id);
  const words = kind === "clearance" ? signWordsOfDocuments : signWords;
  const { format, ...filters } = input;
  const changes = pages(ctx, filters, options.signal);
  return format === "csv" ? writeRows(asLines(changes, words), format, columns) : asJson(changes);
}
