import { z } from "zod";
import type { DocumentIndex, NamespaceTally } from "@/lib/documents/contract";
import { isServiceFailure } from "@/lib/failures";
import { instant } from "../answers/columns";
import type { Context } from "../verbs/context";
import { askingDocuments, configuredDocuments, usualRequest } from "./documents";

/** Searching and sorting a list must not cost a scan per letter. Milliseconds. */
const keptFor = 30_000;
/** Held in memory, at about 100 bytes each. */
const mostNamespaces = 200_000;

export type Tallies = { at: number; namespaces: readonly NamespaceTally[]; more: boolean };
type Kept = { at: number; tallies: Promise<Tallies> };
const slot = Symbol.for("portage.document-tallies");
type Holder = { [slot]?: WeakMap<DocumentIndex, Kept> };

function keptTallies(): WeakMap<DocumentIndex, Kept> {
  const holder: Holder & typeof globalThis = globalThis;
  holder[slot] ??= new WeakMap();
  return holder[slot];
}

async function scan(ctx: Context, documents: DocumentIndex, at: number): Promise<Tallies> {
  const { field, namespaceField } = usualRequest(ctx);
  const namespaces: NamespaceTally[] = [];
  try {
    for await (const page of documents.namespaces(ctx.config.elasticsearch.indices, { field, namespaceField })) {
      namespaces.push(...page);
      if (namespaces.length >= mostNamespaces) return { at, namespaces, more: true };
    }
  } catch (error) {
    // Nothing there, closed, or a field that can't be listed: what `showDocuments` says of the indexes tells why.
    if (!isServiceFailure(error) || !["not-found", "conflict", "invalid"].includes(error.code)) throw error;
    ctx.log.warn({ error }, "The namespaces of the documents could not be listed.");
    return { at, namespaces: [], more: false };
  }
  return { at, namespaces, more: false };
}

/** When levels were last written by Portage, as far as is known here. */
async function lastWritten(ctx: Context): Promise<number> {
  const [row] = await ctx.database.rows(
    z.object({ at: instant.nullable() }),
    `SELECT max("endedAt") AS at FROM "Run" WHERE "kind" = 'clearance'`,
  );
  return row?.at ? new Date(row.at).getTime() : 0;
}

/**
 * Every namespace of the documents with its counts, scanned at most every 30 s per process, and again after each run that wrote levels.
 * @param since milliseconds since 1970: counts that were read before are read again
 */
export async function readTallies(ctx: Context, since = 0): Promise<Tallies> {
  const documents = configuredDocuments(ctx);
  const all = keptTallies();
  const current = all.get(documents);
  const oldest = Math.max(since, Date.now() - keptFor, await lastWritten(ctx));
  if (current && current.at > oldest) return askingDocuments(() => current.tallies);
  const at = Date.now();
  const tallies = scan(ctx, documents, at);
  all.set(documents, { at, tallies });
  tallies.catch(() => {
    if (all.get(documents)?.tallies === tallies) all.delete(documents);
  });
  return askingDocuments(() => tallies);
}
