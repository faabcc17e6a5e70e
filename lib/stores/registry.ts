import type { Config } from "@/lib/config";
import type { VectorSource, VectorTarget } from "./contract";
import { openPineconeSource, openPineconeTarget } from "./pinecone";

/** Opens the stores that the configuration names. Asks nothing of them yet; a missing key fails each call with `auth`. */
export function openStores({ pinecone, mode }: Pick<Config, "pinecone" | "mode">): {
  source: VectorSource;
  target: VectorTarget;
} {
  const { source, target, cloud, region } = pinecone;
  const sandbox = mode === "sandbox";
  return {
    source: openPineconeSource({ ...source, sandbox }),
    target: openPineconeTarget({ ...target, sandbox }, { cloud, region }),
  };
}
