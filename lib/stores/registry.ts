import type { Config } from "@/lib/config";
import { chroma } from "./chroma/kind";
import { chromaFolder } from "./chroma-folder/kind";
import type { VectorSource, VectorTarget } from "./contract";
import { exportFolder } from "./export-folder/kind";
import { faissFolder } from "./faiss-folder/kind";
import type { AnyStoreKind } from "./kind";
import { pgvector } from "./pgvector/kind";
import { openPineconeSource, openPineconeTarget } from "./pinecone";
import { pinecone } from "./pinecone/kind";
import { pineconeDocuments } from "./pinecone-documents/kind";
import { tableFile } from "./table-file/kind";

/** Every kind of store, by the name under which connections keep it. A new kind is a folder and a line here. */
export const storeKinds: ReadonlyMap<string, AnyStoreKind> = new Map(
  [pinecone, pineconeDocuments, pgvector, chroma, chromaFolder, faissFolder, tableFile, exportFolder].map((kind) => [
    kind.kind,
    kind,
  ]),
);

/** Opens the stores that the configuration names. Asks nothing of them yet; a missing key fails each call with `auth`. */
export function openStores({ pinecone: { source, target, cloud, region }, mode }: Pick<Config, "pinecone" | "mode">): {
  source: VectorSource;
  target: VectorTarget;
} {
  const sandbox = mode === "sandbox";
  return {
    source: openPineconeSource({ ...source, sandbox }),
    target: openPineconeTarget({ ...target, sandbox }, { cloud, region }),
  };
}

/** Loads, ahead of the first request, the library by which {@link openStores} asks. */
export async function readAhead(): Promise<void> {
  await import("./pinecone/client");
}
