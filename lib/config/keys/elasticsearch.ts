import { keysOf, list, text, url } from "./key";

const key = keysOf("Elasticsearch");

/** The documents. */
export const elasticsearchKeys = {
  ELASTICSEARCH_ENDPOINT: key(
    "ELASTICSEARCH_ENDPOINT",
    url,
    "",
    "an http:// or https:// address, without user name, password and query",
    "Elasticsearch server. Empty: not used.",
  ),
  ELASTICSEARCH_API_KEY: key(
    "ELASTICSEARCH_API_KEY",
    text,
    "",
    "an API key",
    "Either this, or user name and password.",
    true,
  ),
  ELASTICSEARCH_USERNAME: key("ELASTICSEARCH_USERNAME", text, "", "a user name", "User name, when no API key is used."),
  ELASTICSEARCH_PASSWORD: key(
    "ELASTICSEARCH_PASSWORD",
    text,
    "",
    "a password",
    "Password, when no API key is used.",
    true,
  ),
  ELASTICSEARCH_CA_FILE: key(
    "ELASTICSEARCH_CA_FILE",
    text,
    "",
    "a file",
    "Certificate (PEM) of the authority that signed the server's. Empty: the authorities that Node.js trusts.",
  ),
  ELASTICSEARCH_INDEX: key(
    "ELASTICSEARCH_INDEX",
    list.refine((names) => names.length > 0),
    "documents",
    "names separated by commas",
    "Index, alias or data stream; several separated by commas.",
  ),
  ELASTICSEARCH_NAMESPACE_FIELD: key(
    "ELASTICSEARCH_NAMESPACE_FIELD",
    text.min(1),
    "namespace",
    "a field name",
    "Field that holds a document's namespace.",
  ),
} as const;
