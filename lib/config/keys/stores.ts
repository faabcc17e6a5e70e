import { keysOf, optionalWhole, text, url } from "./key";

const openai = keysOf("OpenAI");
const chroma = keysOf("Chroma");
const postgresql = keysOf("PostgreSQL");
const address = "an http:// or https:// address, without user name, password and query";

/** Each group that is set makes a connection of its own name for routes: `openai`, `chroma`, `pgvector`. */
export const storeKeys = {
  OPENAI_API_KEY: openai(
    "OPENAI_API_KEY",
    text,
    "",
    "an API key",
    "Key of OpenAI, or of a server that speaks its protocol. This or OPENAI_BASE_URL makes the connection openai.",
    true,
  ),
  OPENAI_BASE_URL: openai(
    "OPENAI_BASE_URL",
    url,
    "",
    address,
    "Such a server, up to /v1. Empty: OpenAI's own address.",
  ),
  OPENAI_EMBEDDING_MODEL: openai(
    "OPENAI_EMBEDDING_MODEL",
    text,
    "text-embedding-3-small",
    "a model name",
    "Embedding model, as the server calls it.",
  ),
  OPENAI_OUTPUT_DIMENSIONS: openai(
    "OPENAI_OUTPUT_DIMENSIONS",
    optionalWhole,
    "1536",
    "a whole number above 0",
    "Dimension of its vectors.",
  ),
  CHROMA_URL: chroma("CHROMA_URL", url, "", address, "A Chroma server: makes the connection chroma. Empty: none."),
  CHROMA_TOKEN: chroma("CHROMA_TOKEN", text, "", "a token", "Where the server asks for one.", true),
  CHROMA_TENANT: chroma("CHROMA_TENANT", text.min(1), "default_tenant", "a tenant", "Whose collections are meant."),
  CHROMA_DATABASE: chroma(
    "CHROMA_DATABASE",
    text.min(1),
    "default_database",
    "a database",
    "Of the tenant, the one whose collections are meant.",
  ),
  PGVECTOR_URL: postgresql(
    "PGVECTOR_URL",
    text,
    "",
    "an address such as postgresql://user:password@host:5432/database",
    "A PostgreSQL with pgvector: makes the connection pgvector. Empty: none.",
    true,
  ),
} as const;
