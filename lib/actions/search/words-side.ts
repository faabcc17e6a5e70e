import type { WordsHit } from "@/lib/documents/contract";
import { isServiceFailure } from "@/lib/failures";
import { passage } from "@/lib/search/found-words";
import { fuse } from "@/lib/search/fuse";
import type { SearchAnswer, SearchHit, WordsSide } from "@/lib/shapes/cut-over/search";
import type { Context } from "../verbs/context";
import { wordsFor } from "../verbs/service-words";

/** A hit with the text that was embedded, by which the same passage is known under another ID. */
export type TextHit = { id: string; text: string };
type Found = { view: WordsSide; texts: TextHit[] };

const shownText = 320;

/**
 * What the connected documents' own search finds of a text, or `null` where none are connected. A failure is part of the answer.
 * @param keys of the text in a document
 */
export async function askDocuments(
  { documents, config }: Context,
  question: { text: string; namespace: string; k: number },
  { keys, words, signal }: { keys: readonly string[]; words: readonly string[]; signal?: AbortSignal | undefined },
): Promise<Found | null> {
  if (documents === null) return null;
  const { indices, namespaceField } = config.elasticsearch;
  const view = { service: documents.service, indexes: indices, words: null, next: null };
  try {
    const began = performance.now();
    const { text, namespace, k } = question;
    const hits = await documents.findByWords(
      indices,
      { text, namespaceField, namespaces: [namespace === "" ? null : namespace], size: k, fields: keys },
      signal ? { signal } : {},
    );
    const searchMs = performance.now() - began;
    const texts = hits.map((hit) => ({ id: hit.id, text: textIn(hit, keys) }));
    const shown = hits.map(({ index, id, score }, at) => ({
      ...{ index, id, score },
      text: texts[at]?.text ? passage(texts[at].text, words, shownText) : [],
    }));
    return { view: { ...view, state: "answered", searchMs, hits: shown }, texts };
  } catch (error) {
    if (!isServiceFailure(error) || error.code === "aborted") throw error;
    const { what, next } = wordsFor(error, "documents");
    return { view: { ...view, state: "failed", words: what, next, searchMs: null, hits: [] }, texts: [] };
  }
}

/** The first of the keys that holds a text; in a document a key may lead into an object. */
function textIn({ source }: WordsHit, keys: readonly string[]): string {
  for (const key of keys) {
    const value = key.split(".").reduce<unknown>((at, name) => {
      const inner = typeof at === "object" && at !== null ? Object.entries(at) : [];
      return inner.find(([own]) => own === name)?.[1];
    }, source);
    const found = source[key] ?? value;
    if (typeof found === "string" && found !== "") return found;
  }
  return "";
}

/**
 * Vectors and words in one list, by reciprocal ranks. A document is a record's own where it has its ID or its very text: documents of many applications
 * have IDs of their own.
 */
export function fuseWithWords(
  vectors: { hits: readonly SearchHit[]; texts: readonly TextHit[] },
  { view, texts }: Found,
  k: number,
): NonNullable<SearchAnswer["hybrid"]>["hits"] {
  const ids = new Set(vectors.hits.map(({ id }) => id));
  const byText = new Map(vectors.texts.filter(({ text }) => text !== "").map(({ id, text }) => [text, id]));
  const ofWords = texts.map(({ id, text }) => (ids.has(id) ? id : (byText.get(text) ?? id)));
  const shown = new Map(view.hits.map(({ text }, at) => [ofWords[at] ?? "", text]));
  for (const { id, text } of vectors.hits) shown.set(id, text);
  return fuse([vectors.hits.map(({ id }) => id), ofWords], k).map(({ id, score, ranks: [vectorRank, wordsRank] }) => ({
    ...{ id, score, vectorRank: vectorRank ?? null, wordsRank: wordsRank ?? null, text: shown.get(id) ?? [] },
  }));
}
