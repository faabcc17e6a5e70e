import { readFileSync } from "node:fs";
import type { Config } from "@/lib/config";
import { OperatorError } from "@/lib/operator-error";
import type { DocumentIndex } from "./contract";
import { openElasticsearch } from "./elasticsearch";

function readAuthority(file: string | null): string | null {
  if (file === null) return null;
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new OperatorError({
      kind: "usage",
      code: "unreadable-certificate",
      what: `The certificate that ELASTICSEARCH_CA_FILE names can't be read: ${file}.`,
      notLost: "Nothing was started and nothing was written.",
      next: "Set ELASTICSEARCH_CA_FILE to a PEM file that this user may read, or leave it out.",
      cause: error,
    });
  }
}

/**
 * Opens the document index that the configuration names; `null` when it names none. Asks nothing of it yet: a wrong key fails each call
 * with `auth`.
 */
export function openDocuments({ elasticsearch }: Pick<Config, "elasticsearch">): DocumentIndex | null {
  const { endpoint, apiKey, username, password, caFile } = elasticsearch;
  if (endpoint === null) return null;
  return openElasticsearch({ endpoint, apiKey, username, password, authority: readAuthority(caFile) });
}
